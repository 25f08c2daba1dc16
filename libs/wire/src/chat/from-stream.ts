import { GatewayError } from '../gateway-error.js';
import type { MessagesEvent, Usage } from '../messages/messages.js';
import { errorFromUpstreamEvent } from '../openai/error-from-upstream.js';
import { newMessageId } from '../openai/message-id.js';
import { isObject, type JsonObject } from '../json-object.js';
import { answerObjects } from '../upstream/answer-objects.js';
import { AnswerSoFar } from '../openai/answer-so-far.js';
import { MessageWriter } from '../openai/message-writer.js';
import { usageFromOpenai } from '../openai/usage.js';
import { RepeatedJson } from '../sse/repeated-json.js';
import type { SseEvent } from '../sse/sse-decoder.js';
import type { AnswerContext, StreamReader } from '../translation.js';
import type { Warning } from '../warning.js';
import { CallOrder } from './call-order.js';
import { StreamedCitations } from './chat-citations.js';
import { chatEnding, type ChatFinish, isCutOff } from './chat-ending.js';
import { warnOfMedia } from './chat-media.js';
import { chatReasoningSignature, reasoningIn } from './chat-reasoning.js';
import { textIn } from './chat-text.js';
import { isFiltered, isFirstChoice, reportsError } from './chat-choice.js';

const nothing: readonly MessagesEvent[] = [];

/** What a delta says beside calls; each kind has blocks of its own. */
type Saying = 'text' | 'refusal' | 'thinking';

/**
 * Reads a Chat Completions stream. The end comes with `[DONE]` or the end of the stream, not with `finish_reason`: usage
 * follows it, and Azure's content filter may.
 */
export class ChatStreamReader implements StreamReader {
  private readonly answer: AnswerSoFar;
  private readonly writer: MessageWriter;
  private readonly calls: CallOrder;
  private readonly citations: StreamedCitations;
  private readonly json = new RepeatedJson('content', ['obfuscation']);
  /** What is being said; its block opens with the first text that can be shown. */
  private open: Saying | undefined;
  /** What else was said in the middle of a call's arguments. */
  private held: { readonly kind: Saying; readonly text: string }[] = [];
  private thought = '';
  private reason: string | undefined;
  private filtered = false;
  private tokens: unknown;
  private serviceTier: unknown;
  private over = false;
  private concluded = false;
  private stopped = false;
  /** A delta has said something. */
  private begun = false;
  private usageAtStop: Usage | undefined;

  constructor(private readonly context: AnswerContext) {
    this.answer = new AnswerSoFar(context);
    this.writer = new MessageWriter(newMessageId(), context);
    this.citations = new StreamedCitations(this.writer, this.answer);
    this.calls = new CallOrder(this.writer, this.answer, () => this.closeBlock());
  }

  get model(): string | undefined {
    return this.answer.model;
  }

  get warnings(): readonly Warning[] {
    return this.answer.warnings;
  }

  get usage(): Usage | undefined {
    return this.usageAtStop ?? usageFromOpenai(this.tokens, this.serviceTier);
  }

  get finished(): boolean {
    return this.over;
  }

  get cut(): boolean {
    return this.stopped;
  }

  read(event: SseEvent): readonly MessagesEvent[] {
    if (this.over) return nothing;
    if (event.data === '[DONE]') return this.end();
    const chunk = this.parse(event);
    if (chunk === undefined) return nothing;
    try {
      this.readChunk(chunk, event.event);
    } catch (error) {
      this.over = true;
      throw error;
    }
    return this.writer.take();
  }

  end(inputTokens?: number): readonly MessagesEvent[] {
    if (this.concluded || (this.over && !this.stopped)) return nothing;
    this.over = true;
    const { reason, filtered } = this;
    if (this.stopped) this.answer.inputTokens = inputTokens;
    else {
      if (reason === undefined) throw new GatewayError('upstream_failed', 'The upstream closed the stream early');
      this.answer.cutOff = isCutOff({ reason, filtered });
      this.calls.finish();
      this.release();
    }
    this.conclude({ reason, filtered });
    return this.writer.take();
  }

  private readChunk(chunk: JsonObject, event: string): void {
    if (event === 'error' || reportsError(chunk)) throw errorFromUpstreamEvent(chunk, this.context.model);
    const { choices, usage, service_tier: tier } = chunk;
    if (this.answer.model === undefined) this.answer.noteModel(chunk);
    // Some repeat it in every chunk, adding up.
    if (isObject(usage)) this.tokens = usage;
    if (typeof tier === 'string') this.serviceTier = tier;
    if (!Array.isArray(choices)) return;
    for (const choice of choices) if (isFirstChoice(choice) && !this.over) this.readChoice(choice);
  }

  private readChoice(choice: JsonObject): void {
    const { delta, message, finish_reason: reason } = choice;
    if (isObject(delta)) this.readDelta(delta);
    // Some servers say all of it in one chunk, others once more behind its deltas.
    else if (isObject(message) && !this.begun) this.readDelta(message);
    // Azure reports on its filter in choices that have no delta, also after the end.
    else if (isFiltered(choice)) this.filtered = true;
    if (this.over || typeof reason !== 'string' || reason === '') return;
    if (reason === 'error') throw new GatewayError('upstream_failed', 'The upstream failed');
    this.reason = reason;
  }

  private readDelta(delta: JsonObject): void {
    this.writer.start();
    const { content, refusal, function_call: legacy } = delta;
    const reasoning = reasoningIn(delta);
    this.answer.outputChars += reasoning.length;
    if (reasoning !== '') this.think(reasoning);
    const text = textIn(content, this.answer);
    if (reasoning !== '' || text !== '' || refusal) this.begun = true;
    this.citations.read(delta, text);
    warnOfMedia(delta, this.answer);
    if (text !== '') this.say('text', text);
    if (typeof refusal === 'string' && refusal !== '' && !this.over) {
      this.answer.refusal = (this.answer.refusal ?? '') + refusal;
      this.say('refusal', refusal);
    }
    if (this.over) return;
    for (const fragment of answerObjects(delta, 'tool_calls')) this.call(fragment);
    if (isObject(legacy)) this.call({ index: 0, function: legacy });
    if (this.held.length > 0 && this.calls.yields()) this.release();
  }

  private call(fragment: JsonObject): void {
    this.begun = true;
    this.calls.read(fragment);
  }

  private say(kind: 'text' | 'refusal', text: string): void {
    if (!this.calls.yields()) {
      this.held.push({ kind, text });
      return;
    }
    if (this.open !== kind) this.closeBlock();
    this.open = kind;
    this.writeText(this.answer.shown(text));
    if (this.answer.stopSequence === null || this.over) return;
    this.stopped = true;
    this.over = true;
  }

  private writeText(text: string): void {
    if (text === '') return;
    if (!this.writer.isOpen) this.writer.openText(this.open === 'refusal');
    this.answer.outputChars += text.length;
    this.writer.text(text);
  }

  private think(text: string): void {
    if (this.context.thinking === 'hidden') return;
    if (!this.calls.yields()) {
      this.held.push({ kind: 'thinking', text });
      return;
    }
    if (this.open !== 'thinking') {
      this.closeBlock();
      this.open = 'thinking';
      this.writer.open({ type: 'thinking', thinking: '', signature: '' });
    }
    if (this.context.thinking === 'shown') this.writer.thinking(text);
    else this.thought += text;
  }

  private release(): void {
    const { held } = this;
    this.held = [];
    for (const { kind, text } of held) {
      if (this.answer.stopSequence !== null) return;
      if (kind === 'thinking') this.think(text);
      else this.say(kind, text);
    }
  }

  /** Closes the text or thinking that is open, with what is still to be said of it. */
  private closeBlock(): void {
    if (this.open === 'thinking') {
      this.writer.signature(chatReasoningSignature(this.thought, this.context));
      this.thought = '';
    } else {
      this.writeText(this.answer.heldBack());
      if (this.open === 'text') this.citations.write();
    }
    if (this.open !== undefined) this.writer.close();
    this.open = undefined;
  }

  private conclude(finish: ChatFinish): void {
    this.concluded = true;
    this.closeBlock();
    this.citations.finish();
    const ending = chatEnding(finish, this.usage, this.answer);
    if (this.stopped) this.usageAtStop = ending.usage;
    this.writer.end(ending);
  }

  private parse({ event, data }: SseEvent): JsonObject | undefined {
    let chunk: unknown;
    try {
      chunk = this.json.parse(data);
    } catch {
      const text = data.trim();
      // A keep-alive in words cannot be part of an answer. Half an object is: something of the answer is lost.
      if (!text.startsWith('{') && event !== 'error') {
        if (text !== '' && text !== '[DONE]') this.answer.warn('upstream_line_skipped', 'stream');
        return undefined;
      }
    }
    if (isObject(chunk)) return chunk;
    if (event === 'error') return { error: { message: data } };
    this.over = true;
    throw new GatewayError('upstream_invalid_answer', 'The upstream sent an event that is not a JSON object');
  }
}
