import { isRecord, recordsOf, stringOf, type JsonRecord } from './json-reader.js';
import { acceptsSignature } from './thinking-signature.js';

const blockTypes = `
  advisor_tool_result bash_code_execution_tool_result browser_state code_execution_tool_result compaction
  container_upload document fallback image mcp_tool_listing mcp_tool_result mcp_tool_use redacted_thinking
  search_result server_tool_use text text_editor_code_execution_tool_result thinking tool_addition tool_reference
  tool_removal tool_result tool_search_tool_result tool_use web_fetch_tool_result web_search_tool_result
`
  .trim()
  .split(/\s+/);
const toolIdPattern = /^[a-zA-Z0-9_-]+$/;

/** What Anthropic objects to in a conversation, or nothing. */
export function refuseMessages(given: unknown): string | undefined {
  const messages = recordsOf(given);
  for (const [index, message] of messages.entries()) {
    const problem = roleProblem(messages, index) ?? contentProblem(message, index, index === messages.length - 1);
    if (problem !== undefined) return problem;
  }
  return (
    toolPairProblem(messages) ??
    (messages.at(-1)?.['role'] === 'assistant'
      ? 'This model does not support assistant message prefill. The conversation must end with a user message.'
      : undefined)
  );
}

function roleProblem(messages: readonly JsonRecord[], index: number): string | undefined {
  const role = messages[index]?.['role'];
  if (role === 'user' || role === 'assistant') return undefined;
  if (role !== 'system') return `messages.${index}.role: Input should be 'user', 'assistant' or 'system'`;
  if (index === 0)
    return "messages.0: role 'system' is not allowed as the first message. Use the top-level `system` parameter.";
  const before = messages[index - 1]?.['role'];
  const after = messages[index + 1]?.['role'];
  return before === 'user' && (after === undefined || after === 'assistant')
    ? undefined
    : `messages.${index}: a 'system' message must follow a 'user' message and precede an 'assistant' message or end the conversation`;
}

function contentProblem(message: JsonRecord, index: number, isLast: boolean): string | undefined {
  const { content } = message;
  const at = `messages.${index}`;
  if (content === undefined) return `${at}.content: Field required`;
  if (typeof content !== 'string' && !Array.isArray(content))
    return `${at}.content: Input should be a valid string or array`;
  if (content.length === 0 && !(isLast && message['role'] === 'assistant')) {
    return `${at}: all messages must have non-empty content except for the optional final assistant message`;
  }
  for (const [position, block] of recordsOf(content).entries()) {
    const problem = blockProblem(block, `${at}.content.${position}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function blockProblem(block: JsonRecord, at: string): string | undefined {
  const type = stringOf(block['type']);
  if (!blockTypes.includes(type)) {
    return `${at}: Input tag '${type}' found using 'type' does not match any of the expected tags: ${blockTypes.map((name) => `'${name}'`).join(', ')}`;
  }
  if (type === 'text') {
    if (typeof block['text'] !== 'string') return `${at}.text.text: Field required`;
    return block['text'] === '' ? 'messages: text content blocks must be non-empty' : undefined;
  }
  if (type === 'thinking') {
    return acceptsSignature(stringOf(block['signature']), stringOf(block['thinking']))
      ? undefined
      : `${at}: Invalid \`signature\` in \`thinking\` block`;
  }
  if (type === 'tool_use') {
    if (!isRecord(block['input'])) return `${at}.tool_use.input: Input should be a valid dictionary`;
    if (!toolIdPattern.test(stringOf(block['id'])))
      return `${at}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`;
    return /^[a-zA-Z0-9_-]{1,128}$/.test(stringOf(block['name']))
      ? undefined
      : `${at}.tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`;
  }
  if (type === 'tool_result' && !toolIdPattern.test(stringOf(block['tool_use_id']))) {
    return `${at}.tool_result.tool_use_id: String should match pattern '^[a-zA-Z0-9_-]+$'`;
  }
  return (type === 'image' || type === 'document') && !isRecord(block['source'])
    ? `${at}.${type}.source: Field required`
    : undefined;
}

/** Every call is answered in the next user turn, and every result answers a call of the turn before. */
function toolPairProblem(messages: readonly JsonRecord[]): string | undefined {
  const seen = new Set<string>();
  let open: string[] = [];
  for (const [index, message] of messages.entries()) {
    const blocks = recordsOf(message['content']);
    if (message['role'] === 'user') {
      const results = blocks
        .filter((block) => block['type'] === 'tool_result')
        .map((block) => stringOf(block['tool_use_id']));
      const orphan = results.find((id) => !open.includes(id));
      if (orphan !== undefined) {
        return `messages.${index}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${orphan}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
      }
      const follows = messages[index + 1]?.['role'] === 'user';
      open = open.filter((id) => !results.includes(id));
      if (open.length > 0 && !follows) return danglingProblem(index - 1, open);
    } else if (message['role'] === 'assistant') {
      if (open.length > 0 && messages[index - 1]?.['role'] !== 'assistant') return danglingProblem(index - 1, open);
      for (const block of blocks.filter((candidate) => candidate['type'] === 'tool_use')) {
        const id = stringOf(block['id']);
        if (seen.has(id)) return `messages.${index}.content: \`tool_use\` ids must be unique`;
        seen.add(id);
        open.push(id);
      }
    }
  }
  return undefined;
}

function danglingProblem(index: number, ids: readonly string[]): string {
  return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
}
