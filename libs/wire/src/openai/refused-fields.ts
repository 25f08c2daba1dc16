import { GatewayError } from '../gateway-error.js';
import type { MessagesRequest } from '../messages/messages.js';

/** Fields whose silent loss would change what an answer means or switch a safety check off. */
const refused: Readonly<Record<string, string>> = {
  // Claude Code repeats the request without the field and runs the check itself, if the message names the field.
  safeguards: 'safeguards: this upstream cannot run safeguards on tool calls. Send the request without `safeguards`.',
  compaction: 'compaction: this upstream cannot produce compaction blocks. Send the request without `compaction`.',
  container: 'container: this upstream has no containers or skills. Send the request without `container`.',
  mcp_servers: 'mcp_servers: this upstream cannot call MCP servers. Send the request without `mcp_servers`.',
};

/** Throws `invalid_request` for what would be wrong to leave out. */
export function refuseUnsupported(request: MessagesRequest): void {
  // `Object.entries` because `safeguards` is newer than the SDK's types.
  for (const [field, value] of Object.entries(request)) {
    if (value === null || value === undefined) continue;
    if (field === 'thread') refuseThread();
    const message = Object.hasOwn(refused, field) ? refused[field] : undefined;
    if (message === undefined || (Array.isArray(value) && value.length === 0)) continue;
    throw new GatewayError('invalid_request', message, { path: field });
  }
  refusePrefill(request);
}

function refuseThread(): never {
  // On this error code, and on no other, the SDK's tool runner carries on with the whole conversation.
  throw new GatewayError('invalid_request', 'thread: this upstream keeps no threads. Send the full conversation.', {
    path: 'thread',
    details: { error_code: 'thread_unsupported_request' },
  });
}

function refusePrefill({ messages }: MessagesRequest): void {
  const last = messages.length - 1;
  if (last < 0) {
    throw new GatewayError('invalid_request', 'messages: at least one message is required', { path: 'messages' });
  }
  if (messages[last]?.role !== 'assistant') return;
  throw new GatewayError(
    'invalid_request',
    `messages.${last}: This model does not support assistant message prefill. The conversation must end with a user message.`,
    { path: `messages.${last}` },
  );
}
