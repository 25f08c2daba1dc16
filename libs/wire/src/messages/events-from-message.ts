import { argumentsOf } from './cut-off-call.js';
import type { ContentBlock, Message, MessagesEvent } from './messages.js';

type DeltaEvent = Extract<MessagesEvent, { type: 'content_block_delta' }>;

/** A plain answer as the stream that it would have been: for clients that ask for a stream where there is only a message. */
export function* eventsFromMessage(message: Message): Generator<MessagesEvent> {
  yield {
    type: 'message_start',
    message: { ...message, content: [], stop_reason: null, stop_sequence: null, stop_details: null },
  };
  for (const [index, block] of message.content.entries()) {
    yield { type: 'content_block_start', index, content_block: begun(block) };
    for (const delta of deltas(block)) yield { type: 'content_block_delta', index, delta };
    yield { type: 'content_block_stop', index };
  }
  const { stop_reason, stop_sequence, stop_details, container, usage } = message;
  yield { type: 'message_delta', delta: { stop_reason, stop_sequence, stop_details, container }, usage };
  yield { type: 'message_stop' };
}

/** The block as it reads before its first delta. */
function begun(block: ContentBlock): ContentBlock {
  switch (block.type) {
    case 'text':
      return { ...block, text: '', citations: null };
    case 'thinking':
      return { ...block, thinking: '', signature: '' };
    case 'tool_use':
    case 'server_tool_use':
      return { ...block, input: {} };
    default:
      return block;
  }
}

function deltas(block: ContentBlock): DeltaEvent['delta'][] {
  switch (block.type) {
    case 'text':
      return [
        ...(block.text === '' ? [] : [{ type: 'text_delta' as const, text: block.text }]),
        ...(block.citations ?? []).map((citation) => ({ type: 'citations_delta' as const, citation })),
      ];
    case 'thinking':
      return [
        ...(block.thinking === '' ? [] : [{ type: 'thinking_delta' as const, thinking: block.thinking }]),
        { type: 'signature_delta', signature: block.signature },
      ];
    case 'tool_use':
      return [{ type: 'input_json_delta', partial_json: argumentsOf(block) }];
    case 'server_tool_use':
      return [{ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }];
    default:
      return [];
  }
}
