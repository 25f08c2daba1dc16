import type OpenAI from 'openai';

type TextPart = OpenAI.Responses.ResponseInputText;

/** Four writes to the cache are accepted in one request; the last ones cover the most. */
const maxBreakpoints = 4;

/**
 * Gathers the texts after which the client wants the prompt cached, in their order. Texts alone: the upstream refuses a
 * breakpoint on an image although its schema has one, and has none on tools and on what the assistant said.
 */
export class CacheBreakpoints {
  private readonly wanted: TextPart[] = [];
  private last: TextPart | undefined;

  /** A text of the input; `cached` when the client put its mark there. */
  note(part: TextPart, cached: boolean): void {
    this.last = part;
    if (cached) this.wanted.push(part);
  }

  /** @param automatic the client wants one at the end of the prompt, wherever that is */
  set(automatic: boolean): void {
    if (automatic && this.last !== undefined && this.wanted.at(-1) !== this.last) this.wanted.push(this.last);
    for (const part of this.wanted.slice(-maxBreakpoints)) part.prompt_cache_breakpoint = { mode: 'explicit' };
  }
}
