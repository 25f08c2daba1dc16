import { planAnswer } from './answer.js';
import { anthropicDialect } from './anthropic-dialect.js';
import { chatDialect } from './chat-dialect.js';
import type { SimulatedDialect } from './dialect.js';
import type { Endpoint } from './endpoint.js';
import { responsesDialect } from './responses-dialect.js';

/** Whole HTTP answers, head included. */
export interface InstantAnswer {
  readonly plain: Buffer;
  /** Each event in an HTTP chunk of its own. */
  readonly stream: Buffer;
  /** The same, cut behind each event. */
  readonly pieces: readonly Buffer[];
}

/** The answers of a benchmark's upstream, of `deltas` deltas each, built once. */
export function instantAnswers(deltas: number): Readonly<Partial<Record<Endpoint['operation'], InstantAnswer>>> {
  return {
    messages: build(anthropicDialect, 'anthropic', deltas),
    chat: build(chatDialect, 'openai', deltas),
    responses: build(responsesDialect, 'openai', deltas),
  };
}

function build(dialect: SimulatedDialect, vendor: 'anthropic' | 'openai', deltas: number): InstantAnswer {
  const body = { model: 'instant', stream_options: { include_usage: true, include_obfuscation: false } };
  const call = { vendor, headers: {}, body, model: body.model };
  const answer = planAnswer({ deltas }, body, body.model, '');
  const pieces = dialect.stream(answer, call).frames.map(({ text }) => httpChunk(text));
  pieces[0] = head('text/event-stream; charset=utf-8', 'transfer-encoding: chunked') + (pieces[0] ?? '');
  pieces.push(`${pieces.pop() ?? ''}${httpChunk('')}`);
  const plain = JSON.stringify(dialect.plain(answer, call));
  return {
    plain: Buffer.from(head('application/json', `content-length: ${Buffer.byteLength(plain)}`) + plain),
    stream: Buffer.from(pieces.join('')),
    pieces: pieces.map((piece) => Buffer.from(piece)),
  };
}

function head(contentType: string, framing: string): string {
  return [
    'HTTP/1.1 200 OK',
    `content-type: ${contentType}`,
    'request-id: req_instant',
    'x-request-id: req_instant',
    framing,
    '\r\n',
  ].join('\r\n');
}

function httpChunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}
