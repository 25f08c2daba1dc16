import type { GatewayError } from '../gateway-error.js';
import { isObject, type JsonObject, objectIn, objectsIn, stringIn } from '../json-object.js';
import type { StopReason, Usage } from '../messages/messages.js';
import { errorFromUpstreamEvent } from '../openai/error-from-upstream.js';
import { usageFromOpenai } from '../openai/usage.js';
import { parsedData, SseScanner } from '../sse/sse-scanner.js';
import type { AnswerTap } from '../upstream/answer-tap.js';

/** The last event repeats the whole answer, and the client's tools and instructions besides. */
const maxEventBytes = 32 * 1024 * 1024;

/** Before these nothing of the answer was said, and an error may still follow. */
const preludes: ReadonlySet<string> = new Set(['response.created', 'response.queued', 'response.in_progress']);
const endings: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete']);
const failures: ReadonlySet<string> = new Set(['response.failed', 'response.cancelled', 'error']);

/** In the text of an answer the quotes would be escaped. */
const typeOfLast = /"type"\s*:\s*"(response\.(?:completed|incomplete|failed|cancelled)|error)"|"error"\s*:\s*\{/;
const typeOfFirst = /"type"\s*:\s*"response\.(?:created|queued|in_progress)"/;

/** Reads a Responses stream on its way: its last event says everything. */
export class ResponsesUsageTap implements AnswerTap {
  private readonly scanner = new SseScanner(
    {
      wants: (bytes, start, end) => this.wants(bytes.toString('latin1', start, end)),
      event: (data, name) => this.read(data, name),
    },
    maxEventBytes,
  );
  private response: JsonObject | undefined;
  private failure: GatewayError | undefined;
  private begun = false;
  private whole = false;
  private closed = false;

  /** @param clientModel the name that the client asked for, for the words of an error */
  constructor(private readonly clientModel: string) {}

  get usage(): Usage | undefined {
    return usageFromResponsesBody(this.response);
  }

  get stopReason(): StopReason | undefined {
    return this.whole ? stopReasonFromResponsesBody(this.response) : undefined;
  }

  /** Known at the end: the events before it that name the model repeat the whole request, too. */
  get model(): string | undefined {
    const model = this.response && stringIn(this.response, 'model');
    return model === '' ? undefined : model;
  }

  /** Whether anything of the answer itself was seen. */
  get started(): boolean {
    return this.begun;
  }

  /** Whether `response.completed` or `response.incomplete` was seen. */
  get complete(): boolean {
    return this.whole;
  }

  /** Not after an `error`: most are followed by `response.failed`. */
  get over(): boolean {
    return this.closed;
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

  private wants(name: string): boolean {
    if (endings.has(name) || failures.has(name)) return true;
    if (name.startsWith('response.') && !preludes.has(name)) this.begun = true;
    return false;
  }

  private read(data: string, name: string): void {
    if (name === '' && !typeOfLast.test(data)) {
      if (data.includes('"response.') && !typeOfFirst.test(data)) this.begun = true;
      return;
    }
    const parsed = parsedData(data);
    const event = isObject(parsed) ? parsed : {};
    const type = name || stringIn(event, 'type');
    if (type !== 'error' && (endings.has(type) || failures.has(type))) this.closed = true;
    if (endings.has(type)) this.finish(objectIn(event, 'response') ?? {});
    else if (failures.has(type) || (type === '' && isObject(event.error))) this.fail(event);
  }

  private finish(response: JsonObject): void {
    this.begun = true;
    this.response = response;
    const status = stringIn(response, 'status');
    if (status === 'failed' || status === 'cancelled') this.fail(response);
    else this.whole = true;
  }

  /** `response.failed` follows most `error` events and says the same once more. */
  private fail(event: JsonObject): void {
    const response = objectIn(event, 'response');
    this.response = response ?? this.response;
    this.failure ??= errorFromUpstreamEvent(response ?? event, this.clientModel);
  }
}

/** The usage of a plain answer's parsed body; undefined when it has none. */
export function usageFromResponsesBody(json: unknown): Usage | undefined {
  if (!isObject(json)) return undefined;
  const usage = usageFromOpenai(json.usage, json.service_tier);
  const searches = objectsIn(json, 'output').filter(({ type }) => type === 'web_search_call').length;
  if (usage === undefined || searches === 0) return usage;
  return { ...usage, server_tool_use: { web_search_requests: searches, web_fetch_requests: 0 } };
}

/** The stop reason of a plain answer's parsed body, in Anthropic's terms. */
export function stopReasonFromResponsesBody(json: unknown): StopReason | undefined {
  if (!isObject(json)) return undefined;
  const reason = stringIn(objectIn(json, 'incomplete_details') ?? {}, 'reason');
  if (reason === 'max_output_tokens') return 'max_tokens';
  if (reason === 'content_filter') return 'refusal';
  const output = objectsIn(json, 'output');
  if (output.some(({ type }) => type === 'function_call' || type === 'custom_tool_call')) return 'tool_use';
  const refused = output.some((item) => objectsIn(item, 'content').some(({ type }) => type === 'refusal'));
  return refused ? 'refusal' : 'end_turn';
}
