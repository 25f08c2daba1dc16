import { estimateTextTokens } from './token-estimate.js';
import type { TokenUsage } from './token-usage.js';

/** One server-sent event, ready to be sent. */
export interface Frame {
  readonly text: string;
  /** Tokens of a delta, which `tps=` and `interval=` pace; 0 for events around them. */
  readonly tokens: number;
  /** What this event tells of usage, all in all. */
  readonly usage?: TokenUsage;
}

/** An event with its own `event:` line, as Anthropic and the Responses API write it. */
export function namedFrame(event: { readonly type: string }, delta = '', usage?: TokenUsage): Frame {
  const text = `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  return { text, tokens: estimateTextTokens(delta), ...(usage ? { usage } : {}) };
}

/** An event of data alone, as Chat Completions writes it. */
export function dataFrame(data: object | '[DONE]', delta = '', usage?: TokenUsage): Frame {
  const text = `data: ${data === '[DONE]' ? data : JSON.stringify(data)}\n\n`;
  return { text, tokens: estimateTextTokens(delta), ...(usage ? { usage } : {}) };
}

const mostDeltas = 400;

/** Cuts a text into `count` deltas, or into words when nobody asks. Surrogate pairs stay whole. */
export function cutIntoDeltas(text: string, count?: number): string[] {
  if (text === '') return [];
  const words = count === undefined ? (text.match(/\s*\S+|\s+$/g) ?? [text]) : Array.from(text);
  const wanted = Math.min(count ?? mostDeltas, words.length);
  return Array.from({ length: wanted }, (_, index) => {
    const start = Math.floor((index * words.length) / wanted);
    return words.slice(start, Math.floor(((index + 1) * words.length) / wanted)).join('');
  });
}
