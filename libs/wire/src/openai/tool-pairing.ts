import { GatewayError } from '../gateway-error.js';
import type { MessageParam } from '../messages/messages.js';

/** Where a call stands: its message, and its block in there. */
interface Call {
  readonly index: number;
  readonly position: number;
}

/**
 * Throws `invalid_request` unless every `tool_use` has its one `tool_result` in the user turn that follows, and the reverse.
 * A turn is all messages up to the next change between user and assistant; system messages belong to none.
 */
export function checkToolPairing(messages: readonly MessageParam[]): void {
  let open = new Map<string, Call>();
  let known = new Set<string>();
  let turn: 'user' | 'assistant' | undefined;
  for (const [index, message] of messages.entries()) {
    if (message.role === 'system') continue;
    if (message.role === 'assistant' && turn !== 'assistant') {
      refuseDangling(open);
      open = new Map();
      known = new Set();
    }
    turn = message.role;
    if (typeof message.content === 'string') continue;
    for (const [position, block] of message.content.entries()) {
      if (block.type === 'tool_use') {
        if (known.has(block.id)) refuse(`messages.${index}.content.${position}.id`, '`tool_use` ids must be unique');
        open.set(block.id, { index, position });
        known.add(block.id);
      } else if (block.type === 'tool_result') {
        const path = `messages.${index}.content.${position}`;
        if (!known.has(block.tool_use_id)) refuseOrphan(path, block.tool_use_id);
        if (!open.delete(block.tool_use_id)) {
          refuse(
            path,
            `each \`tool_use\` must have a single result. Found multiple \`tool_result\` blocks with id: ${block.tool_use_id}`,
          );
        }
      }
    }
  }
  refuseDangling(open);
}

function refuseDangling(open: ReadonlyMap<string, Call>): void {
  const [first] = open.values();
  if (first === undefined) return;
  const turn = `messages.${first.index}`;
  throw new GatewayError(
    'invalid_request',
    `${turn}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${[...open.keys()].join(', ')}. ` +
      'Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
    // Anthropic's words are about the turn; an OpenAI client is told which of its calls is the first without a result.
    { path: `${turn}.content.${first.position}` },
  );
}

function refuseOrphan(path: string, id: string): never {
  refuse(
    path,
    `unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. ` +
      'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
  );
}

function refuse(path: string, message: string): never {
  throw new GatewayError('invalid_request', `${path}: ${message}`, { path });
}
