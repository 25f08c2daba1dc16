import { chatUsage } from '../chat/answer-parts.js';
import { isObject } from '../json-object.js';
import { StreamUsage } from '../inbound/stream-usage.js';
import type { MessagesEvent } from '../messages/messages.js';
import { isModelRefusal } from '../openai/model-refusal.js';
import type { StreamFormatter } from '../translation.js';
import { completionEnding, completionId } from './format-response.js';
import type { CompletionsEcho } from './parse-request.js';

/** Canonical events as `text_completion` chunks. One per stream. */
export class CompletionsStreamFormatter implements StreamFormatter {
  private readonly created = Math.floor(Date.now() / 1000);
  private readonly usage = new StreamUsage();
  /** The members that all chunks share, without the closing brace. */
  private opening = '';
  /** There has been a refusal in the model's words. */
  private refused = false;

  constructor(private readonly echo: CompletionsEcho) {}

  write(event: MessagesEvent): string {
    switch (event.type) {
      case 'message_start': {
        this.usage.add(event.message.usage);
        const id = completionId(event.message.id);
        const members = { id, object: 'text_completion', created: this.created, model: this.echo.model };
        this.opening = JSON.stringify(members).slice(0, -1);
        return this.echo.prefix === '' ? '' : this.chunk(this.echo.prefix);
      }
      case 'content_block_start':
        this.refused ||= isModelRefusal(event.content_block);
        return '';
      case 'content_block_delta':
        return event.delta.type === 'text_delta' ? this.chunk(event.delta.text) : '';
      case 'message_delta': {
        this.usage.add(event.usage);
        const last = this.chunk('', JSON.stringify(completionEnding(event.delta, this.refused)).slice(1, -1));
        if (!this.echo.includeUsage) return last;
        return `${last}data: ${this.opening},"choices":[],"usage":${JSON.stringify(chatUsage(this.usage.total))}}\n\n`;
      }
      case 'ping':
        return ': ping\n\n';
      default:
        return '';
    }
  }

  fail(errorBody: unknown): string {
    return `data: ${JSON.stringify(isObject(errorBody) && 'error' in errorBody ? errorBody : { error: errorBody })}\n\n`;
  }

  end(): string {
    return 'data: [DONE]\n\n';
  }

  private chunk(text: string, ending = '"finish_reason":null'): string {
    const usage = this.echo.includeUsage ? ',"usage":null' : '';
    const choice = `{"text":${JSON.stringify(text)},"index":0,"logprobs":null,${ending}}`;
    return `data: ${this.opening},"choices":[${choice}]${usage}}\n\n`;
  }
}
