import { GatewayError } from '../gateway-error.js';
import { isObject, type JsonObject, objectIn, stringIn } from '../json-object.js';
import type { AnswerSoFar } from '../openai/answer-so-far.js';
import { newToolUseId } from '../openai/message-id.js';
import type { MessageWriter } from '../openai/message-writer.js';
import { argumentsIn } from '../openai/tool-calls.js';
import { StreamedCall } from './streamed-call.js';

/**
 * Brings the fragments of tool calls, which may interleave, into the one-block-at-a-time order of Anthropic's streams: one call
 * is written live, others wait until it is whole.
 */
export class CallOrder {
  private readonly calls: StreamedCall[] = [];
  private readonly byIndex = new Map<number, StreamedCall>();
  private readonly ids = new Set<string>();
  private speaker: StreamedCall | undefined;
  private waiting: StreamedCall[] = [];

  constructor(
    private readonly writer: MessageWriter,
    private readonly answer: AnswerSoFar,
    private readonly beforeOpen: () => void,
  ) {}

  /** Closes the block that is open, if its call is whole; false means that it may not be closed yet. */
  yields(): boolean {
    while (this.speaker?.opened === true && !this.speaker.over) {
      if (!this.speaker.whole) return false;
      this.speaker.close();
      this.advance();
    }
    return true;
  }

  read(fragment: JsonObject): void {
    // Only functions are ever declared: what this is a call of nobody can say.
    if (isObject(fragment.custom)) {
      throw new GatewayError('upstream_invalid_answer', 'The upstream called a freeform tool, and was given none');
    }
    const call = this.callOf(fragment);
    // The same call is repeated, empty, after its completion by some.
    if (call.over) return;
    call.read(fragment);
    if (call === this.speaker) {
      if (this.waiting.length > 0) this.advance();
      return;
    }
    if (!this.waiting.includes(call)) this.waiting.push(call);
    this.advance();
  }

  /** The answer is over: what is open or waiting is written. */
  finish(): void {
    this.speaker?.close();
    for (const call of this.waiting) {
      call.speak();
      call.close();
    }
    this.waiting = [];
  }

  private advance(): void {
    while (this.waiting.length > 0) {
      if (this.speaker !== undefined && !this.speaker.over) {
        if (!this.speaker.whole) return;
        this.speaker.close();
      }
      this.waiting.sort((a, b) => a.index - b.index);
      this.speaker = this.waiting.shift();
      this.speaker?.speak();
    }
  }

  private callOf(fragment: JsonObject): StreamedCall {
    const { index } = fragment;
    if (typeof index === 'number' && index >= 0) {
      const known = this.speaker?.index === index ? this.speaker : this.byIndex.get(index);
      return known === undefined || isAnother(fragment, known) ? this.newCall(index, fragment) : known;
    }
    const id = stringIn(fragment, 'id');
    const known = id === '' ? this.calls.at(-1) : this.calls.findLast((call) => call.upstreamId === id);
    return known === undefined || isAnother(fragment, known) ? this.newCall(this.calls.length, fragment) : known;
  }

  private newCall(index: number, fragment: JsonObject): StreamedCall {
    const call = new StreamedCall(index, this.writer, this.answer, this.beforeOpen);
    const id = stringIn(fragment, 'id');
    // Some servers name the calls of one tool alike, and no result could be told from the other.
    if (this.ids.has(id)) call.id = newToolUseId();
    if (id !== '') this.ids.add(id);
    this.calls.push(call);
    this.byIndex.set(index, call);
    return call;
  }
}

/**
 * Servers that know no indexes give every call the same one, or none: a new id with a name is a new call. Where the ids do not
 * tell either, a name behind whole arguments is one, unless it is said of the same call again.
 */
function isAnother(fragment: JsonObject, known: StreamedCall): boolean {
  const called = objectIn(fragment, 'function') ?? {};
  const name = stringIn(called, 'name');
  if (name === '') return false;
  const id = stringIn(fragment, 'id');
  if (id !== '' && known.upstreamId !== '' && id !== known.upstreamId) return true;
  return known.isFollowedBy(name, argumentsIn(called));
}
