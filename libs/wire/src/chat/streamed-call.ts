import { GatewayError } from '../gateway-error.js';
import { isExactNumber } from '../exact-number.js';
import { completeToolInput, type ToolInput } from '../openai/partial-json.js';
import { isObject, type JsonObject, stringIn } from '../json-object.js';
import type { AnswerSoFar } from '../openai/answer-so-far.js';
import type { MessageWriter } from '../openai/message-writer.js';
import { argumentsIn, finishedInput, isParallelWrapper, toolUseBlock, unwrapped } from '../openai/tool-calls.js';

const openingBrace = 123;

/**
 * One tool call while its fragments arrive. Its block opens when the name is known, and is closed only when the call is whole
 * or the answer was cut off: Claude Code runs a tool at its `content_block_stop`, even if an error follows.
 */
export class StreamedCall {
  id = '';
  /** What the upstream names it, which may be the name of others as well. */
  upstreamId = '';
  opened = false;
  over = false;
  private name = '';
  private args = '';
  private speaking = false;
  /** `held`: the arguments are no plain object (some servers encode them twice), so that they are written as a whole. */
  private form: 'unknown' | 'live' | 'held' = 'unknown';

  /** @param beforeOpen closes whatever other block is open */
  constructor(
    readonly index: number,
    private readonly writer: MessageWriter,
    private readonly answer: AnswerSoFar,
    private readonly beforeOpen: () => void,
  ) {}

  /** Whether the arguments are one whole JSON object. */
  get whole(): boolean {
    return this.args.trimEnd().endsWith('}') && completeToolInput(this.args) !== undefined;
  }

  /** Whether a fragment that says `name` belongs to another call: this one is whole, and is not said once more. */
  isFollowedBy(name: string, args: string): boolean {
    // Servers that say the name in every fragment close with white space, too.
    if (name === this.name && !args.trimStart().startsWith('{')) return false;
    return this.whole && !(name === this.name && this.hasArguments(args));
  }

  /** In whichever order: who says them again may have read them, and sorted their members. */
  private hasArguments(args: string): boolean {
    return inOrder(completeToolInput(args)) === inOrder(completeToolInput(this.args));
  }

  read(fragment: JsonObject): void {
    if (this.upstreamId === '') this.upstreamId = stringIn(fragment, 'id');
    if (this.id === '') this.id = this.upstreamId;
    const called = isObject(fragment.function) ? fragment.function : fragment;
    this.takeName(stringIn(called, 'name'));
    const delta = argumentsIn(called);
    if (delta !== '' && !this.repeats(delta)) {
      this.args += delta;
      if (this.speaking) this.write(delta);
    } else if (this.speaking) {
      this.openIfKnown();
    }
  }

  /** It is this call's turn to write. */
  speak(): void {
    this.speaking = true;
    if (this.args === '') this.openIfKnown();
    else this.write(this.args);
  }

  /** Throws `upstream_invalid_answer` when the call is not whole and the answer was not cut off either. */
  close(): void {
    if (this.over) return;
    this.over = true;
    // Some servers pad the list with empty calls.
    if (this.name === '' && this.args === '') return;
    const finished = finishedInput(this.name, this.args, 'content', this.answer);
    this.answer.outputChars += this.args.length;
    if (isParallelWrapper(this.name, this.answer.context)) {
      this.unwrap(finished);
      return;
    }
    this.answer.calledTool = true;
    this.open();
    if (this.form === 'held') this.writer.json(finished.whole ? JSON.stringify(finished.input) : this.args);
    this.writer.close();
  }

  private unwrap(finished: ToolInput): void {
    this.beforeOpen();
    for (const block of unwrapped(this.id, finished, this.answer)) {
      this.answer.calledTool = true;
      this.writer.whole(block);
    }
  }

  /** In pieces, at once, or again and again. */
  private takeName(piece: string): void {
    if (piece === '' || this.opened || piece === this.name) return;
    if (this.args === '') this.name += piece;
    else if (this.name === '') this.name = piece;
  }

  /** Some servers send all arguments once more at the end. Throws `upstream_invalid_answer` for others: whose they are nobody can say. */
  private repeats(delta: string): boolean {
    if (delta.charCodeAt(0) !== openingBrace || this.args === '' || !this.whole) return false;
    if (this.hasArguments(delta)) return true;
    throw new GatewayError('upstream_invalid_answer', 'The upstream called a tool with arguments behind whole ones');
  }

  private openIfKnown(): void {
    // Without arguments yet, the name may still be growing, unless it is one that the client declared.
    if (this.id !== '' && this.answer.context.toolNames.has(this.name)) this.open();
  }

  private write(delta: string): void {
    if (this.name === '' || isParallelWrapper(this.name, this.answer.context)) return;
    this.open();
    if (this.form === 'live') {
      this.writer.json(delta);
      return;
    }
    if (this.form === 'held') return;
    const start = this.args.trimStart();
    if (start === '') return;
    this.form = start.charCodeAt(0) === openingBrace ? 'live' : 'held';
    if (this.form === 'live') this.writer.json(this.args);
  }

  private open(): void {
    if (this.opened) return;
    this.beforeOpen();
    this.opened = true;
    this.writer.open(toolUseBlock(this.id, this.name, {}, this.answer.context));
  }
}

/** As JSON whose members are sorted, at every level. */
function inOrder(input: Record<string, unknown> | undefined): string | undefined {
  return JSON.stringify(input, (_key, value: unknown) =>
    isObject(value) && !isExactNumber(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}
