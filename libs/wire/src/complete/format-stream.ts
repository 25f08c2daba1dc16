import { isObject } from '../json-object.js';
import type { MessagesEvent } from '../messages/messages.js';
import type { StreamFormatter } from '../translation.js';
import { legacyId, legacyStop, legacyStopReason, type LegacyCompletion, withSpace } from './format-response.js';
import type { CompleteEcho } from './parse-request.js';

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
      case 'message_delta': {
        const { stop_reason: reason, stop_sequence: sequence } = event.delta;
        return this.completion('', legacyStopReason(reason), legacyStop(reason, sequence));
      }
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
    return this.completion(piece, null, null);
  }

  private completion(completion: string, stopReason: LegacyCompletion['stop_reason'], stop: string | null): string {
    const { id } = this;
    const data: LegacyCompletion = {
      type: 'completion',
      id,
      completion,
      stop_reason: stopReason,
      stop,
      model: this.echo.model,
      log_id: id,
    };
    return `event: completion\ndata: ${JSON.stringify(data)}\n\n`;
  }
}
