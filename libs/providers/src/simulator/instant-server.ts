import { createServer, type Server, type Socket } from 'node:net';
import { findEndpoint } from './endpoint.js';
import { instantAnswers, type InstantAnswer } from './instant-answers.js';
import { Pacer } from './pacer.js';
import type { Recorder } from './recorder.js';

const headEnd = '\r\n\r\n';
const notFound = Buffer.from('HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}');

/**
 * An upstream for benchmarks, which must carry a multiple of the gateway's rate: it speaks HTTP over bare sockets, a third
 * of what `node:http` costs, looks at nothing but the path and `"stream": true`, and counts calls alone.
 *
 * @param intervalMs between the events of a stream; without, a stream is sent in one piece
 */
export function createInstantServer(recorder: Recorder, deltas: number, intervalMs?: number): Server {
  const pacer = intervalMs === undefined ? undefined : new Pacer(intervalMs);
  const answers = instantAnswers(deltas);
  const byPath = new Map<string, InstantAnswer | undefined>();
  return createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    readRequests(socket, (path, body) => {
      recorder.count(path);
      if (!byPath.has(path)) byPath.set(path, answers[findEndpoint('POST', path, {}).operation]);
      const answer = byPath.get(path);
      const streams = body.includes('"stream":true') || body.includes('"stream": true');
      if (answer !== undefined && streams && pacer !== undefined) pacer.send(socket, answer.pieces);
      else socket.write(answer ? (streams ? answer.stream : answer.plain) : notFound);
    });
  });
}

/** Reads one request after the other; bodies by length or in chunks. */
function readRequests(socket: Socket, handle: (path: string, body: Buffer) => void): void {
  let pieces: Buffer[] = [];
  let size = 0;
  /** No need to look before that much is there. */
  let needed = 0;
  socket.on('data', (piece) => {
    pieces.push(piece);
    size += piece.length;
    if (size < needed) return;
    let rest = pieces.length === 1 ? piece : Buffer.concat(pieces);
    for (;;) {
      const request = readRequest(rest);
      if (typeof request === 'number') {
        needed = request;
        break;
      }
      handle(request.path, request.body);
      rest = rest.subarray(request.end);
    }
    pieces = rest.length > 0 ? [rest] : [];
    size = rest.length;
  });
}

/** A request, or how many bytes are needed to look again. */
function readRequest(bytes: Buffer): { path: string; body: Buffer; end: number } | number {
  const headLength = bytes.indexOf(headEnd);
  if (headLength === -1) return bytes.length + 1;
  const head = bytes.toString('latin1', 0, headLength);
  const start = headLength + headEnd.length;
  const target = head.slice(head.indexOf(' ') + 1, head.indexOf(' ', head.indexOf(' ') + 1));
  const path = target.split('?', 1)[0] ?? target;
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined && /\r\ntransfer-encoding: *chunked/i.test(head)) {
    const chunked = readChunks(bytes, start);
    return chunked ? { path, ...chunked } : bytes.length + 1;
  }
  const end = start + Number(length ?? 0);
  return bytes.length < end ? end : { path, body: bytes.subarray(start, end), end };
}

function readChunks(bytes: Buffer, start: number): { body: Buffer; end: number } | undefined {
  const chunks: Buffer[] = [];
  let position = start;
  for (;;) {
    const line = bytes.indexOf('\r\n', position);
    if (line === -1) return undefined;
    const length = Number.parseInt(bytes.toString('latin1', position, line), 16);
    const chunk = line + 2;
    position = chunk + length + 2;
    if (position > bytes.length) return undefined;
    if (length === 0) return { body: Buffer.concat(chunks), end: position };
    chunks.push(bytes.subarray(chunk, chunk + length));
  }
}
