import { isObject } from '../json-object.js';
import type { StreamFormatter } from '../translation.js';
import type { MessagesEvent } from './messages.js';

/** Canonical events as Anthropic's own event stream. Each has an `event:` line: its SDK skips events without one. */
export class MessagesStreamFormatter implements StreamFormatter {
  write(event: MessagesEvent): string {
    // Nearly every event of a stream is this one, and a string literal is a third of the cost of serialising the object.
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
      return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${event.index},"delta":{"type":"text_delta","text":${JSON.stringify(event.delta.text)}}}\n\n`;
    }
    return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  }

  fail(errorBody: unknown): string {
    const body = isObject(errorBody) && errorBody.type === 'error' ? errorBody : { type: 'error', error: errorBody };
    return `event: error\ndata: ${JSON.stringify(body)}\n\n`;
  }

  /** `message_stop` has ended it already. */
  end(): string {
    return '';
  }
}
