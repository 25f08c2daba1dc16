import { append } from '../append.js';
import { type JsonObject, objectIn, objectsIn } from '../json-object.js';
import type { AnswerSoFar } from '../openai/answer-so-far.js';
import type { MessageWriter } from '../openai/message-writer.js';
import { citationOf, type WebCitation } from '../openai/web-citation.js';

/** `annotations` as citations of the text that they count in; a warning where one is of a kind that Anthropic cannot say. */
export function chatCitations(annotations: readonly JsonObject[], text: string, answer: AnswerSoFar): WebCitation[] {
  return annotations.flatMap((annotation) => {
    const citation = citationOf({ ...objectIn(annotation, 'url_citation'), type: annotation.type }, text);
    if (citation === undefined) answer.warnOnce('answer_item_dropped', 'annotations');
    return citation ?? [];
  });
}

/** The annotations of a stream: some servers send them before the text, some behind it, so that they wait for its end. */
export class StreamedCitations {
  private waiting: JsonObject[] = [];
  /** The text as the upstream sent it, which annotations count in. */
  private text = '';

  constructor(
    private readonly writer: MessageWriter,
    private readonly answer: AnswerSoFar,
  ) {}

  read(delta: JsonObject, text: string): void {
    this.text += text;
    append(this.waiting, objectsIn(delta, 'annotations'));
  }

  /** Writes what waits into the text block that is open. */
  write(): void {
    for (const citation of chatCitations(this.waiting, this.text, this.answer)) this.writer.citation(citation);
    this.waiting = [];
  }

  /** The answer is over. A warning where citations came too late for the text that they belong to. */
  finish(): void {
    if (this.waiting.length > 0) this.answer.warnOnce('answer_item_dropped', 'annotations');
  }
}
