import type { MessagesEvent, Usage } from '../messages/messages.js';
import { noUsage } from '../openai/usage.js';

type DeltaUsage = Extract<MessagesEvent, { type: 'message_delta' }>['usage'];

/** Usage over a stream: what `message_delta` says replaces what `message_start` said, null excepted. */
export class StreamUsage {
  private tokens = noUsage();

  get total(): Usage {
    return this.tokens;
  }

  add(usage: Partial<Usage> | Partial<DeltaUsage>): void {
    const known = Object.entries(usage).filter(([, value]) => value !== null && value !== undefined);
    this.tokens = { ...this.tokens, ...Object.fromEntries(known) };
  }
}
