import type { Directives } from './directives.js';
import { isRecord, recordsOf, stringOf, type JsonRecord } from './json-reader.js';
import { sampleInput } from './sample-input.js';
import { estimateInputTokens, estimateTextTokens } from './token-estimate.js';
import type { TokenUsage } from './token-usage.js';

export interface AnswerToolCall {
  readonly name: string;
  /** JSON as the model wrote it; a script may make it invalid. */
  readonly input: string;
}

/** What a model says, before a vendor's dialect puts it into words. */
export interface Answer {
  readonly model: string;
  readonly thinking: string | undefined;
  /** Empty when the answer has none. */
  readonly text: string;
  readonly tools: readonly AnswerToolCall[];
  /** `end`, `tool_use`, `max_tokens`, `stop_sequence`, `refusal`, `content_filter`, `none`, or a vendor's own word. */
  readonly stop: string;
  readonly stopSequence: string | undefined;
  readonly usage: TokenUsage;
  /** How many deltas the script asks for; the dialects choose otherwise. */
  readonly deltas: number | undefined;
  readonly interleave: boolean;
}

const echoLimit = 4000;
const vocabulary = 'the quick brown fox jumps over a lazy dog while seven wizards boil jugs of quiet ink'.split(' ');
/** Stands where `big=` puts its text, which is made while it is sent. Letters alone, so that no JSON encoding changes it. */
export const bigTextMark = 'SimulatorBigTextStandsHere';

/** The answer that the directives, the prompt and the request's own limits make. */
export function planAnswer(directives: Directives, body: JsonRecord, model: string, echo: string): Answer {
  const declared = declaredTools(body);
  const tools = (directives.tools ?? []).map(({ name, input }) => {
    const tool = name === undefined ? declared[0] : declared.find((candidate) => candidate.name === name);
    return { name: tool?.name ?? name ?? 'undeclared_tool', input: input ?? JSON.stringify(sampleInput(tool?.schema)) };
  });
  const limited = limit(textOf(directives, echo, tools.length > 0), directives, body);
  const stop = directives.stop ?? (tools.length > 0 && limited.stop === 'end' ? 'tool_use' : limited.stop);
  const thinkingTokens = estimateTextTokens(directives.thinking ?? '');
  const saidTokens = estimateTextTokens(limited.text + tools.map((tool) => tool.input).join(''));
  const bigTokens = Math.ceil((directives.bigBytes ?? 0) / 4);
  return {
    model,
    thinking: limited.silent ? undefined : directives.thinking,
    text: limited.text,
    tools: limited.silent ? [] : tools,
    stop,
    stopSequence: stop === 'stop_sequence' ? (limited.stopSequence ?? 'STOP') : undefined,
    usage: directives.usage ?? {
      input: estimateInputTokens(body),
      output: limited.silent ? 0 : Math.max(1, thinkingTokens + saidTokens + bigTokens),
      cacheRead: 0,
      cacheWrite: 0,
      thinking: thinkingTokens,
    },
    deltas: directives.bigBytes === undefined ? directives.deltas : undefined,
    interleave: directives.interleave ?? false,
  };
}

function textOf(directives: Directives, echo: string, callsTools: boolean): string {
  if (directives.bigBytes !== undefined) return bigTextMark;
  const words = directives.words ?? (directives.text === undefined && !callsTools ? directives.deltas : undefined);
  // A lone surrogate cannot be written as UTF-8.
  const fallback = callsTools ? '' : echo.slice(0, echoLimit).toWellFormed() || 'Hello from the simulator.';
  const text = directives.text ?? (words === undefined ? fallback : someWords(words));
  return directives.nulInText ? `${text}\u0000` : text;
}

function someWords(count: number): string {
  return Array.from({ length: count }, (_, index) => vocabulary[index % vocabulary.length]).join(' ');
}

interface Limited {
  readonly text: string;
  readonly stop: 'end' | 'max_tokens' | 'stop_sequence';
  readonly stopSequence?: string;
  /** `max_tokens: 0` warms a cache and says nothing. */
  readonly silent: boolean;
}

/** A model stops at the request's own stop sequences and token limit. */
function limit(text: string, directives: Directives, body: JsonRecord): Limited {
  const asked = body['max_tokens'] ?? body['max_completion_tokens'] ?? body['max_output_tokens'];
  const maxTokens = typeof asked === 'number' ? asked : Number.POSITIVE_INFINITY;
  if (maxTokens === 0) return { text: '', stop: 'max_tokens', silent: true };
  const stops = [body['stop_sequences'] ?? body['stop']]
    .flat()
    .filter((stop) => typeof stop === 'string' && stop !== '');
  const matches = stops
    .map((stop) => ({ stop: String(stop), at: text.indexOf(String(stop)) }))
    .filter((match) => match.at !== -1)
    .toSorted((left, right) => left.at - right.at);
  const first = matches[0];
  const cut = first ? text.slice(0, first.at) : text;
  const room = Math.max(0, maxTokens - estimateTextTokens(directives.thinking ?? '')) * 4;
  if (cut.length > room) return { text: cut.slice(0, room).toWellFormed(), stop: 'max_tokens', silent: false };
  return first
    ? { text: cut, stop: 'stop_sequence', stopSequence: first.stop, silent: false }
    : { text: cut, stop: 'end', silent: false };
}

/** Names and schemas of the declared tools, in any dialect. */
function declaredTools(body: JsonRecord): { name: string; schema: unknown }[] {
  return recordsOf(body['tools']).flatMap((tool) => {
    const declared = isRecord(tool['function']) ? tool['function'] : tool;
    const name = stringOf(declared['name']);
    return name === '' ? [] : [{ name, schema: declared['input_schema'] ?? declared['parameters'] }];
  });
}
