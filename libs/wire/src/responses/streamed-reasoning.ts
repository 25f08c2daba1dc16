import type { ResponsesAnswer } from './responses-answer.js';
import { type JsonObject, stringIn } from '../json-object.js';
import type { MessageWriter } from '../openai/message-writer.js';
import { reasoningSignature, reasoningText } from './reasoning-items.js';
import type { StreamedItem } from './streamed-item.js';

/**
 * A `reasoning` item: a thinking block whose text streams, if the client wants to see it, and whose signature carries the item
 * through the client. The encrypted content of `output_item.added` may be incomplete: only that of the whole item counts.
 */
export class StreamedReasoning implements StreamedItem {
  readonly settled = false;
  private text = '';
  private source: 'summary_index' | 'content_index' | undefined;
  private part: unknown;
  private over = false;

  constructor(
    private readonly added: JsonObject,
    private readonly index: number,
    private readonly writer: MessageWriter,
    private readonly answer: ResponsesAnswer,
  ) {}

  read(type: string, event: JsonObject): void {
    if (this.over || this.answer.context.thinking !== 'shown') return;
    if (type === 'response.reasoning_summary_text.delta') this.append(event, 'summary_index');
    else if (type === 'response.reasoning_text.delta') this.append(event, 'content_index');
  }

  done(item: JsonObject): void {
    this.finish(item);
  }

  close(): void {
    // Without the whole item, all that is known of it is its id, by which the encrypted content may be found later.
    if (this.writer.isOpen) this.finish({ id: this.added.id });
  }

  /** Of an item that has a summary and its reasoning too, only what comes first is shown, never both. */
  private append(event: JsonObject, source: 'summary_index' | 'content_index'): void {
    this.source ??= source;
    const delta = stringIn(event, 'delta');
    if (this.source !== source || delta === '') return;
    const part = event[source];
    this.write(this.text !== '' && part !== this.part ? `\n\n${delta}` : delta);
    this.part = part;
  }

  private finish(item: JsonObject): void {
    const { thinking } = this.answer.context;
    if (this.over || thinking === 'hidden') return;
    this.over = true;
    const text = reasoningText(item);
    if (thinking === 'shown' && text.length > this.text.length && text.startsWith(this.text)) {
      this.write(text.slice(this.text.length));
    }
    const signed = { ...item, id: stringIn(item, 'id') || stringIn(this.added, 'id') };
    // An id alone is worth a block: some Azure deployments deliver the encrypted content at the very end.
    if (!this.writer.isOpen && text === '' && signed.id === '' && stringIn(item, 'encrypted_content') === '') return;
    if (stringIn(item, 'encrypted_content') === '' && signed.id !== '') this.answer.unsealed.set(this.index, signed.id);
    this.open();
    this.writer.signature(reasoningSignature(signed, this.answer.context));
    this.writer.close();
  }

  private write(text: string): void {
    this.open();
    this.text += text;
    this.answer.outputChars += text.length;
    this.writer.thinking(text);
  }

  private open(): void {
    if (!this.writer.isOpen) this.writer.open({ type: 'thinking', thinking: '', signature: '' });
  }
}
