import { isObject } from '../json-object.js';
import type { MessagesEvent } from '../messages/messages.js';
import type { StreamFormatter } from '../translation.js';
import { legacyEnding, legacyId, type LegacyCompletion, withSpace } from './format-response.js';
import type { CompleteEcho } from './parse-request.js';

const notEnded = { stop_reason: null, stop: null };

/** Canonical events as Anthropic's legacy stream: `completion` events, each with the text since the one before. One per stream. */
export class CompleteStreamFormatter implements StreamFormatter {
  private id = '';
  private begun = false;

  constructor(private readonly echo: CompleteEcho) {}

  write(event: MessagesEvent): string {
    switch (event.type) {
      case 'message_start':
        this.id = legacyId(event.message.id);
        return '';
      case 'content_block_delta':
        return event.delta.type === 'text_delta' ? this.text(event.delta.text) : '';
      case 'message_delta':
        return this.completion('', legacyEnding(event.delta));
      case 'ping':
        return 'event: ping\ndata: {"type":"ping"}\n\n';
      default:
        return '';
    }
  }

  fail(errorBody: unknown): string {
    const body = isObject(errorBody) && errorBody.type === 'error' ? errorBody : { type: 'error', error: errorBody };
    return `event: error\ndata: ${JSON.stringify(body)}\n\n`;
  }

  /** The event with the stop reason has ended it already. */
  end(): string {
    return '';
  }

  private text(text: string): string {
    if (text === '') return '';
    const piece = this.begun ? text : withSpace(text);
    this.begun = true;
    return this.completion(piece, notEnded);
  }

  private completion(completion: string, ending: ReturnType<typeof legacyEnding>): string {
    const { id } = this;
    const data: LegacyCompletion = {
      type: 'completion',
      id,
      completion,
      ...ending,
      model: this.echo.model,
      log_id: id,
    };
    return `event: completion\ndata: ${JSON.stringify(data)}\n\n`;
  }
}
