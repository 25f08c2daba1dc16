import { completeToolInput } from '../openai/partial-json.js';
import type { ResponsesAnswer } from './responses-answer.js';
import { type JsonObject, stringIn } from '../json-object.js';
import { answerText } from '../upstream/answer-text.js';
import type { MessageWriter } from '../openai/message-writer.js';
import type { StreamedItem } from './streamed-item.js';
import { argumentsIn, finishedInput, isParallelWrapper, toolUseBlock, unwrapped } from '../openai/tool-calls.js';

/**
 * A `function_call`: opens as soon as its name is known and streams its arguments. Its block is closed only when the call is
 * whole or the answer ends at a token limit, because Claude Code runs a tool at its `content_block_stop` even if an error
 * follows.
 */
export class StreamedFunctionCall implements StreamedItem {
  settled = false;
  private id: string;
  private name: string;
  private args = '';
  private writtenChars = 0;
  private opened = false;
  private over = false;

  constructor(
    added: JsonObject,
    private readonly path: string,
    private readonly writer: MessageWriter,
    private readonly answer: ResponsesAnswer,
  ) {
    this.id = stringIn(added, 'call_id');
    this.name = stringIn(added, 'name');
    this.open();
  }

  read(type: string, event: JsonObject): void {
    if (this.over) return;
    if (type === 'response.function_call_arguments.delta') {
      this.append(answerText(event, 'delta'));
    } else if (type === 'response.function_call_arguments.done') {
      this.complete(argumentsIn(event));
      this.settled = this.opened && this.isWhole();
    }
  }

  done(item: JsonObject): void {
    if (this.over) return;
    if (!this.opened) {
      this.id = stringIn(item, 'call_id');
      this.name = stringIn(item, 'name');
      this.open();
    }
    this.complete(argumentsIn(item));
    if (item.status !== 'incomplete') this.close();
  }

  close(): void {
    if (this.over) return;
    this.over = true;
    const finished = finishedInput(this.name, this.args, `${this.path}.arguments`, this.answer);
    if (!this.opened) {
      for (const block of unwrapped(this.id, finished, this.answer)) {
        this.answer.calledTool = true;
        this.writer.whole(block);
      }
      return;
    }
    this.answer.calledTool = true;
    if (this.writtenChars === 0 && this.args !== '') {
      this.writer.json(finished.whole ? JSON.stringify(finished.input) : this.args);
    }
    this.writer.close();
  }

  private isWhole(): boolean {
    return this.args === '' || completeToolInput(this.args) !== undefined;
  }

  private open(): void {
    if (this.name === '' || isParallelWrapper(this.name, this.answer.context)) return;
    this.opened = true;
    this.writer.open(toolUseBlock(this.id, this.name, {}, this.answer.context));
  }

  /** Takes over whole arguments of which the deltas, or some of them, may never have come. */
  private complete(whole: string): void {
    if (whole.length > this.args.length && whole.startsWith(this.args)) this.append(whole.slice(this.args.length));
  }

  private append(delta: string): void {
    if (delta === '') return;
    this.args += delta;
    this.answer.outputChars += delta.length;
    if (!this.opened) return;
    if (this.writtenChars > 0) this.write(delta);
    // What does not begin as an object (some servers encode twice) is only written when it is known to hold one.
    else if (this.args.trimStart().startsWith('{')) this.write(this.args);
  }

  private write(json: string): void {
    this.writer.json(json);
    this.writtenChars += json.length;
  }
}
