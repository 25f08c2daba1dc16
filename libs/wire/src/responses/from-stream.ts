import { GatewayError } from '../gateway-error.js';
import type { MessagesEvent, Usage } from '../messages/messages.js';
import { errorFromUpstreamEvent } from '../openai/error-from-upstream.js';
import { newMessageId } from '../openai/message-id.js';
import { isObject, type JsonObject, objectIn, stringIn } from '../json-object.js';
import { parseJsonText } from '../parse-json-text.js';
import type { SseEvent } from '../sse/sse-decoder.js';
import type { AnswerContext, StreamReader } from '../translation.js';
import type { Warning } from '../warning.js';
import { responsesEnding } from './responses-ending.js';
import { ResponsesAnswer } from './responses-answer.js';
import { isItemEvent, ItemOrder } from './item-order.js';
import { answerObjects } from '../upstream/answer-objects.js';
import { MessageWriter } from '../openai/message-writer.js';
import { usageFromResponsesBody } from './usage-tap.js';

const nothing: readonly MessagesEvent[] = [];

/** They repeat the whole request, tools and all, so that reading them costs much, and they say nothing new. */
const withoutNews: ReadonlySet<string> = new Set(['response.created', 'response.in_progress', 'response.queued']);

/**
 * Reads a Responses stream. `message_start` comes with the first output item, not with `response.created`: an upstream may
 * still answer that with an error, and as long as nothing was sent the client gets its proper status.
 */
export class ResponsesStreamReader implements StreamReader {
  /**
   * Encrypted content that came only with the end of the stream, by the id (`rs_…`) in the signature that went out before.
   * Kept by the caller for some minutes, it lets `toResponsesRequest` replay the item (see `RecallReasoning`).
   */
  readonly lateReasoning = new Map<string, string>();
  private readonly answer: ResponsesAnswer;
  private readonly writer: MessageWriter;
  private readonly items: ItemOrder;
  /** In its last state. */
  private response: JsonObject | undefined;
  private over = false;
  private concluded = false;
  private stopped = false;
  private usageAtStop: Usage | undefined;

  constructor(private readonly context: AnswerContext) {
    this.answer = new ResponsesAnswer(context);
    this.writer = new MessageWriter(newMessageId(), context);
    this.items = new ItemOrder(this.writer, this.answer);
  }

  get model(): string | undefined {
    return this.answer.model;
  }

  get warnings(): readonly Warning[] {
    return this.answer.warnings;
  }

  get usage(): Usage | undefined {
    return this.usageAtStop ?? usageFromResponsesBody(this.response);
  }

  get finished(): boolean {
    return this.over;
  }

  get cut(): boolean {
    return this.stopped;
  }

  read({ event, data }: SseEvent): readonly MessagesEvent[] {
    if (this.over || withoutNews.has(event) || data === '[DONE]') return nothing;
    const payload = this.parse(event, data);
    if (payload === undefined) return nothing;
    try {
      this.dispatch(stringIn(payload, 'type') || event, payload);
    } catch (error) {
      // One error is all that a client gets: `response.failed`, which follows most errors, is not read any more.
      this.over = true;
      throw error;
    }
    return this.writer.take();
  }

  end(inputTokens?: number): readonly MessagesEvent[] {
    if (this.stopped && !this.concluded) {
      this.answer.inputTokens = inputTokens;
      this.finish();
      return this.writer.take();
    }
    if (this.over) return nothing;
    this.over = true;
    throw new GatewayError('upstream_failed', 'The upstream closed the stream early');
  }

  private dispatch(type: string, payload: JsonObject): void {
    switch (type) {
      case 'response.completed':
      case 'response.incomplete':
        this.conclude(type, objectIn(payload, 'response') ?? {});
        break;
      case 'response.failed':
      case 'response.cancelled':
      case 'error':
        throw this.failure(payload);
      case '':
        // Servers and proxies in between report failures in the manner of Chat Completions, without a type.
        if (isObject(payload.error)) throw this.failure(payload);
        break;
      default:
        this.readItem(type, payload);
    }
  }

  private readItem(type: string, event: JsonObject): void {
    if (typeof event.output_index !== 'number' && !isItemEvent(type)) return;
    this.writer.start();
    this.items.read(type, event);
    if (this.answer.stopSequence === null) return;
    this.stopped = true;
    this.over = true;
  }

  private conclude(type: string, response: JsonObject): void {
    const status = stringIn(response, 'status');
    if (status === 'failed' || status === 'cancelled') throw this.failure(response);
    this.response = response;
    this.answer.cutOff = type === 'response.incomplete' || status === 'incomplete';
    this.answer.noteModel(response);
    const output = answerObjects(response, 'output');
    this.items.finish(output);
    for (const [index, id] of this.answer.unsealed) {
      const encrypted = stringIn(output[index] ?? {}, 'encrypted_content');
      if (encrypted !== '') this.lateReasoning.set(id, encrypted);
    }
    this.finish();
  }

  private finish(): void {
    this.over = true;
    this.concluded = true;
    const ending = responsesEnding(this.response, this.answer);
    if (this.stopped) this.usageAtStop = ending.usage;
    this.writer.end(ending);
  }

  private failure(payload: JsonObject): GatewayError {
    this.response = objectIn(payload, 'response') ?? payload;
    return errorFromUpstreamEvent(this.response, this.context.model);
  }

  private parse(event: string, data: string): JsonObject | undefined {
    let payload: unknown;
    try {
      payload = parseJsonText(data);
    } catch {
      payload = undefined;
    }
    if (isObject(payload)) return payload;
    if (event !== '' && event !== 'error' && !event.startsWith('response.')) {
      this.answer.warn('upstream_line_skipped', 'stream');
      return undefined;
    }
    this.over = true;
    throw new GatewayError('upstream_invalid_answer', 'The upstream sent an event that is not a JSON object');
  }
}
