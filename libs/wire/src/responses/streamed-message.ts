import type { ResponsesAnswer } from './responses-answer.js';
import { type JsonObject, objectIn, objectsIn } from '../json-object.js';
import { answerObjects } from '../upstream/answer-objects.js';
import { answerText } from '../upstream/answer-text.js';
import type { MessageWriter } from '../openai/message-writer.js';
import type { StreamedItem } from './streamed-item.js';
import { warnOfPart } from './output-blocks.js';
import { citationOf, type WebCitation } from '../openai/web-citation.js';

/** A `message`: every content part of it becomes a text block, which opens with the first text that can be shown. */
export class StreamedMessage implements StreamedItem {
  settled = false;
  /** `content_index` of the part being read. */
  private part = 0;
  /** The part's text as the upstream sent it, which annotations count in. */
  private text = '';
  /** The part is a refusal. */
  private refused = false;
  private annotations = 0;
  /** Citations of text that is held back, for which no block is open yet. */
  private waiting: WebCitation[] = [];
  /** How many annotations were read of each part that is over. */
  private readonly closedParts = new Map<number, number>();

  constructor(
    private readonly writer: MessageWriter,
    private readonly answer: ResponsesAnswer,
  ) {}

  read(type: string, event: JsonObject): void {
    if (!this.turnTo(event.content_index)) {
      this.noteMissed(event.content_index, objectIn(event, 'part'));
      return;
    }
    switch (type) {
      case 'response.output_text.delta':
        this.write(answerText(event, 'delta'), false);
        break;
      case 'response.refusal.delta':
        this.write(answerText(event, 'delta'), true);
        break;
      case 'response.output_text.annotation.added':
        this.annotate(objectIn(event, 'annotation'));
        break;
      case 'response.output_text.done':
        this.complete(answerText(event, 'text'), false);
        this.settled = true;
        break;
      case 'response.refusal.done':
        this.complete(answerText(event, 'refusal'), true);
        this.settled = true;
        break;
      case 'response.content_part.done':
        this.closeWith(objectIn(event, 'part') ?? {});
        break;
    }
  }

  done(item: JsonObject): void {
    for (const [position, part] of answerObjects(item, 'content').entries()) {
      if (this.turnTo(position)) this.closeWith(part);
      else this.noteMissed(position, part);
    }
    this.close();
  }

  close(): void {
    if (this.closedParts.has(this.part)) return;
    this.closedParts.set(this.part, this.annotations);
    this.settled = false;
    this.show(this.answer.heldBack());
    if (this.waiting.length > 0) this.warnOfCitations();
    this.writer.close();
  }

  /** Makes `contentIndex` the part being read; `false` when that part is over. */
  private turnTo(contentIndex: unknown): boolean {
    if (typeof contentIndex === 'number' && contentIndex !== this.part) {
      this.close();
      this.part = contentIndex;
      this.text = '';
      this.refused = false;
      this.annotations = 0;
      this.waiting = [];
    }
    return !this.closedParts.has(this.part);
  }

  /** Another item may have spoken before the annotations of a whole text came: its block is closed. */
  private noteMissed(contentIndex: unknown, part: JsonObject | undefined): void {
    const read = this.closedParts.get(typeof contentIndex === 'number' ? contentIndex : this.part) ?? 0;
    if (part !== undefined && objectsIn(part, 'annotations').length > read) this.warnOfCitations();
  }

  private warnOfCitations(): void {
    // Behind a stop sequence's cut, what is cited is no part of the answer.
    if (this.answer.stopSequence === null) this.answer.warnOnce('answer_item_dropped', 'annotations');
  }

  private closeWith(part: JsonObject): void {
    const refused = part.type === 'refusal';
    const whole = answerText(part, refused ? 'refusal' : 'text');
    warnOfPart(part, whole, this.answer);
    this.complete(whole, refused);
    for (const annotation of objectsIn(part, 'annotations').slice(this.annotations)) this.annotate(annotation);
    this.close();
  }

  /** Takes over a whole text of which the deltas, or some of them, may never have come. */
  private complete(whole: string, refused: boolean): void {
    if (whole.length > this.text.length && whole.startsWith(this.text))
      this.write(whole.slice(this.text.length), refused);
  }

  private write(text: string, refused: boolean): void {
    if (text === '') return;
    this.text += text;
    this.refused = refused;
    if (refused) this.answer.refusal = (this.answer.refusal ?? '') + text;
    this.show(this.answer.shown(text));
  }

  private show(text: string): void {
    if (text === '') return;
    if (!this.writer.isOpen) this.writer.openText(this.refused);
    this.answer.outputChars += text.length;
    this.writer.text(text);
    for (const citation of this.waiting) this.writer.citation(citation);
    this.waiting = [];
  }

  private annotate(annotation: JsonObject | undefined): void {
    this.annotations += 1;
    const citation = annotation && citationOf(annotation, this.text);
    if (citation === undefined) this.answer.warnOnce('answer_item_dropped', 'annotations');
    else if (this.writer.isOpen) this.writer.citation(citation);
    else this.waiting.push(citation);
  }
}
