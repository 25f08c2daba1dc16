import type { GatewayError } from '../gateway-error.js';
import { isObject, type JsonObject, objectsIn, stringIn } from '../json-object.js';
import { parsedData, SseScanner } from '../sse/sse-scanner.js';
import type { AnswerTap } from '../upstream/answer-tap.js';
import { errorFromAnthropicEvent } from './error-from-upstream.js';
import type { StopReason, Usage } from './messages.js';

const letterC = 99;
const letterP = 112;

/** An event of interest is a few kilobytes. */
const maxEventBytes = 1024 * 1024;

/**
 * Reads an Anthropic stream on its way. `content_block_*` and `ping` say nothing about usage, and nearly all of a stream is
 * these: they are known by their first letter.
 */
export class UsageTap implements AnswerTap {
  private readonly scanner = new SseScanner(
    { wants: (bytes, start) => wants(bytes[start]), event: (data, name) => this.read(data, name) },
    maxEventBytes,
  );
  private tokens: JsonObject | undefined;
  private reason: StopReason | undefined;
  private answeredModel: string | undefined;
  private failure: GatewayError | undefined;
  private begun = false;
  private stopped = false;

  get usage(): Usage | undefined {
    return this.tokens && toldUsage(this.tokens);
  }

  get stopReason(): StopReason | undefined {
    return this.reason;
  }

  get model(): string | undefined {
    return this.answeredModel;
  }

  /** Whether `message_start` was seen. */
  get started(): boolean {
    return this.begun;
  }

  /** Whether `message_stop` was seen. */
  get complete(): boolean {
    return this.stopped;
  }

  get over(): boolean {
    return this.stopped || this.failure !== undefined;
  }

  get error(): GatewayError | undefined {
    return this.failure;
  }

  push(chunk: Uint8Array): void {
    this.scanner.push(chunk);
  }

  end(): void {
    this.scanner.end();
  }

  private read(data: string, name: string): void {
    // Some servers close without the data of their last event.
    if (name === 'message_stop') this.stopped = true;
    const event = parsedData(data);
    if (!isObject(event)) return;
    if (event.type === 'message_start' && isObject(event.message)) {
      this.begun = true;
      if (typeof event.message.model === 'string') this.answeredModel = event.message.model;
      this.tokens = overlaid(this.tokens, event.message.usage);
    } else if (event.type === 'message_delta') {
      if (isObject(event.delta) && typeof event.delta.stop_reason === 'string') {
        this.reason = event.delta.stop_reason as StopReason;
      }
      this.tokens = overlaid(this.tokens, event.usage);
      this.answeredModel = fallbackModel(event.usage) ?? this.answeredModel;
    } else if (event.type === 'message_stop') {
      this.stopped = true;
    } else if (event.type === 'error') {
      this.failure = errorFromAnthropicEvent(event);
    }
  }
}

/** The model that gave the answer where the one that had begun it declined: a stream tells it at the end, a plain answer is named after it. */
function fallbackModel(usage: unknown): string | undefined {
  const served = isObject(usage) && objectsIn(usage, 'iterations').find(({ type }) => type === 'fallback_message');
  return (served && stringIn(served, 'model')) || undefined;
}

function wants(first: number | undefined): boolean {
  return first !== letterC && first !== letterP;
}

/** What a stream has told of usage so far and what it tells now: counts are cumulative, and an event may hold only some of them. */
export function overlaid(told: JsonObject | undefined, usage: unknown): JsonObject | undefined {
  if (!isObject(usage)) return told;
  const known = Object.entries(usage).filter(([, value]) => value !== null);
  return { ...told, ...Object.fromEntries(known) };
}

/** The usage of a plain answer's parsed body, complete with nulls; undefined when it has none. */
export function usageFromMessageBody(json: unknown): Usage | undefined {
  return isObject(json) && isObject(json.usage) ? toldUsage(json.usage) : undefined;
}

/** What an answer was told to have used; undefined where neither input nor output is named, which is no count of 0. */
export function toldUsage(usage: JsonObject): Usage | undefined {
  return (usage.input_tokens ?? usage.output_tokens ?? null) === null ? undefined : toUsage(usage);
}

/** Usage with every member present, whatever an upstream of whichever age left out or got wrong. */
export function toUsage(usage: JsonObject): Usage {
  const known = usage as Partial<Usage>;
  return {
    ...known,
    cache_creation: isObject(usage.cache_creation) ? (known.cache_creation ?? null) : null,
    cache_creation_input_tokens: count(usage.cache_creation_input_tokens) ?? null,
    cache_read_input_tokens: count(usage.cache_read_input_tokens) ?? null,
    inference_geo: known.inference_geo ?? null,
    input_tokens: count(usage.input_tokens) ?? 0,
    output_tokens: count(usage.output_tokens) ?? 0,
    output_tokens_details: isObject(usage.output_tokens_details) ? (known.output_tokens_details ?? null) : null,
    server_tool_use: isObject(usage.server_tool_use) ? (known.server_tool_use ?? null) : null,
    service_tier: known.service_tier ?? null,
    speed: known.speed ?? null,
  };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
