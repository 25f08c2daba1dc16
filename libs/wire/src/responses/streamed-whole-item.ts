import type { ResponsesAnswer } from './responses-answer.js';
import { type JsonObject, stringIn } from '../json-object.js';
import type { MessageWriter } from '../openai/message-writer.js';
import { blocksOf } from './output-blocks.js';
import type { StreamedItem } from './streamed-item.js';

/** An item that says nothing until it is whole: hosted searches, custom tools' calls, and all that Anthropic has no block for. */
export class StreamedWholeItem implements StreamedItem {
  readonly settled = true;
  private input = '';

  constructor(
    private readonly path: string,
    private readonly writer: MessageWriter,
    private readonly answer: ResponsesAnswer,
  ) {}

  read(type: string, event: JsonObject): void {
    if (type === 'response.custom_tool_call_input.done') this.input = stringIn(event, 'input');
  }

  done(item: JsonObject): void {
    const whole = this.input === '' ? item : { ...item, input: this.input };
    for (const block of blocksOf(whole, this.path, this.answer)) this.writer.whole(block);
  }

  close(): void {
    // Nothing is ever open between two events.
  }
}
