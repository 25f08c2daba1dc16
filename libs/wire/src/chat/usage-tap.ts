import type { GatewayError } from '../gateway-error.js';
import { isObject, type JsonObject, objectsIn } from '../json-object.js';
import type { StopReason, Usage } from '../messages/messages.js';
import { errorFromUpstreamEvent } from '../openai/error-from-upstream.js';
import { usageFromOpenai } from '../openai/usage.js';
import { parsedData, SseScanner } from '../sse/sse-scanner.js';
import type { AnswerTap } from '../upstream/answer-tap.js';
import { isFirstChoice, reportsError } from './chat-choice.js';

/** A chunk holds one delta; a whole answer in one chunk, which some servers send, is still far below this. */
const maxEventBytes = 8 * 1024 * 1024;

/**
 * Keys by which a chunk says more than its text. Within the text itself quotes are escaped, so that nothing a model or a client
 * writes can look like one. The first quote is left out of the search: a chunk is full of quotes, and it would stop at each.
 */
const finishKey = 'finish_reason"';
const usageKey = 'usage"';

/** Reads a Chat Completions stream on its way: the first chunk, the last ones, and no delta in between. */
export class ChatUsageTap implements AnswerTap {
  private readonly scanner = new SseScanner(
    { wants: () => true, event: (data, name) => this.read(data, name) },
    maxEventBytes,
  );
  private tokens: unknown;
  private serviceTier: unknown;
  private reason: string | undefined;
  private answeredModel: string | undefined;
  private failure: GatewayError | undefined;
  private begun = false;
  private done = false;
  private ended = false;

  /** @param clientModel the name that the client asked for, for the words of an error */
  constructor(private readonly clientModel: string) {}

  get usage(): Usage | undefined {
    return usageFromOpenai(this.tokens, this.serviceTier);
  }

  get stopReason(): StopReason | undefined {
    return stopReasonOf(this.reason);
  }

  get model(): string | undefined {
    return this.answeredModel;
  }

  /** Whether a choice was seen: Azure reports on the prompt before it. */
  get started(): boolean {
    return this.begun;
  }

  /** Whether `[DONE]` was seen, or, from servers that never send it, the end came behind a `finish_reason`. */
  get complete(): boolean {
    return this.failure === undefined && (this.done || (this.ended && this.reason !== undefined));
  }

  /** Whether `[DONE]` was seen: usage comes behind the `finish_reason`. */
  get over(): boolean {
    return this.done;
  }

  get error(): GatewayError | undefined {
    return this.failure;
  }

  push(chunk: Uint8Array): void {
    this.scanner.push(chunk);
  }

  end(): void {
    this.scanner.end();
    this.ended = true;
  }

  private read(data: string, name: string): void {
    if (this.begun && name === '' && !hasNews(data)) return;
    const chunk = parsedData(data);
    if (isObject(chunk)) this.readChunk(chunk, name);
    else if (data.trim() === '[DONE]') this.done = true;
    else if (name === 'error') this.fail({ error: { message: data } });
  }

  private readChunk(chunk: JsonObject, name: string): void {
    if (name === 'error' || reportsError(chunk)) {
      this.fail(chunk);
      return;
    }
    if (isObject(chunk.usage)) this.tokens = chunk.usage;
    if (typeof chunk.service_tier === 'string') this.serviceTier = chunk.service_tier;
    const choices = objectsIn(chunk, 'choices');
    if (choices.length === 0) return;
    this.begun = true;
    if (typeof chunk.model === 'string' && chunk.model !== '') this.answeredModel ??= chunk.model;
    for (const choice of choices) {
      const { finish_reason: reason } = choice;
      if (isFirstChoice(choice) && typeof reason === 'string' && reason !== '') this.reason = reason;
    }
  }

  private fail(chunk: JsonObject): void {
    this.failure ??= errorFromUpstreamEvent(chunk, this.clientModel);
  }
}

/** Whether a chunk is anything but one more delta. An error has no `finish_reason`, or one that is not null. */
function hasNews(data: string): boolean {
  return !data.includes(finishKey) || saysMoreThanNull(data, finishKey) || saysMoreThanNull(data, usageKey);
}

/** Whether the key stands in the data with a value that is not null. */
function saysMoreThanNull(data: string, key: string): boolean {
  for (let at = data.indexOf(key); at !== -1; at = data.indexOf(key, at)) {
    at += key.length;
    while (data[at] === ' ') at += 1;
    // Otherwise it is the end of some text.
    if (data[at] !== ':') continue;
    do at += 1;
    while (data[at] === ' ');
    if (data[at] !== 'n') return true;
  }
  return false;
}

/** The usage of a plain answer's parsed body; undefined when it has none. */
export function usageFromChatBody(json: unknown): Usage | undefined {
  return isObject(json) ? usageFromOpenai(json.usage, json.service_tier) : undefined;
}

/** The stop reason of a plain answer's parsed body, in Anthropic's terms. */
export function stopReasonFromChatBody(json: unknown): StopReason | undefined {
  const choice = isObject(json) ? objectsIn(json, 'choices').find(isFirstChoice) : undefined;
  return typeof choice?.finish_reason === 'string' ? stopReasonOf(choice.finish_reason) : undefined;
}

function stopReasonOf(reason: string | undefined): StopReason | undefined {
  switch (reason) {
    case undefined:
      return undefined;
    case 'length':
      return 'max_tokens';
    case 'tool_calls':
    case 'function_call':
      return 'tool_use';
    case 'content_filter':
      return 'refusal';
    default:
      return 'end_turn';
  }
}
