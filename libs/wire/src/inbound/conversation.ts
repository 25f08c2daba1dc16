import type { ContentBlockParam, MessageParam, MessagesRequest } from '../messages/messages.js';
import { refuse } from '../fault.js';
import type { Warning } from '../warning.js';
import { inboundWarning } from './compatibility.js';

type TextBlock = Extract<ContentBlockParam, { type: 'text' }>;

/**
 * Gathers a conversation in the order of an OpenAI client. System texts before the first turn become `system`; tool results and
 * the user's words after them share one user message, as Anthropic wants results first and all together.
 */
export class Conversation {
  private readonly system: TextBlock[] = [];
  private readonly messages: MessageParam[] = [];
  /** The user message that further tool results and words join. */
  private results: ContentBlockParam[] | undefined;

  constructor(private readonly warnings: Warning[]) {}

  addSystem(blocks: readonly TextBlock[]): void {
    if (blocks.length === 0) return;
    if (this.messages.length === 0) this.system.push(...blocks);
    else this.push({ role: 'system', content: [...blocks] });
  }

  addUser(blocks: readonly ContentBlockParam[]): void {
    if (blocks.length === 0) return;
    if (this.results) {
      this.results.push(...blocks);
      // Results after this would have to stand before these words.
      this.results = undefined;
      return;
    }
    this.push({ role: 'user', content: plain(blocks) });
  }

  addToolResult(id: string, blocks: readonly ContentBlockParam[]): void {
    const content = plain(blocks);
    const block = {
      type: 'tool_result',
      tool_use_id: id,
      ...(content.length > 0 && { content }),
    } as ContentBlockParam;
    const called = this.messages.findLastIndex((message) => calls(message, id));
    // Behind its call, whatever was said in between: Responses takes results in any place, Anthropic and Chat in this one.
    const known = called === -1 ? this.results : resultsIn(this.messages[called + 1]);
    const results = known ?? this.insertResults(called === -1 ? this.messages.length : called + 1);
    results.splice(results.findLastIndex(({ type }) => type === 'tool_result') + 1, 0, block);
    this.results = resultsIn(this.messages.at(-1)) === results && results.at(-1) === block ? results : undefined;
  }

  /** Successive parts of one answer are one message: Responses sends reasoning, words and calls as items of their own. */
  addAssistant(blocks: readonly ContentBlockParam[]): void {
    if (blocks.length === 0) return;
    const last = this.messages.at(-1);
    if (last?.role === 'assistant' && Array.isArray(last.content)) last.content.push(...blocks);
    else this.push({ role: 'assistant', content: [...blocks] });
  }

  /**
   * The finished conversation. Throws `invalid_request` when nothing was said.
   * @param instruction is said last in `system`
   * @param path the client's own name of the conversation
   */
  finish(instruction: string | undefined, path: 'messages' | 'input'): Pick<MessagesRequest, 'messages' | 'system'> {
    const system =
      instruction === undefined ? this.system : [...this.system, { type: 'text' as const, text: instruction }];
    if (this.messages.length === 0 && system.length > 0) return { messages: [{ role: 'user', content: [...system] }] };
    if (this.messages.length === 0) throw refuse({ path, message: 'at least one message is required' });
    const lastTurn = this.messages.findLast((message) => message.role !== 'system');
    if (lastTurn?.role === 'assistant') {
      // No current model continues an assistant's message, and Codex ends with one after a lost stream.
      this.warnings.push(inboundWarning('continuation_added', 'messages'));
      this.push({ role: 'user', content: 'Continue.' });
    }
    return { messages: this.messages, ...(system.length > 0 && { system }) };
  }

  private insertResults(place: number): ContentBlockParam[] {
    const results: ContentBlockParam[] = [];
    this.messages.splice(place, 0, { role: 'user', content: results });
    return results;
  }

  private push(message: MessageParam): void {
    this.results = undefined;
    this.messages.push(message);
  }
}

function calls({ role, content }: MessageParam, id: string): boolean {
  return (
    role === 'assistant' &&
    Array.isArray(content) &&
    content.some((block) => block.type === 'tool_use' && block.id === id)
  );
}

/** The content of a message of tool results, which always come first in theirs. */
function resultsIn(message: MessageParam | undefined): ContentBlockParam[] | undefined {
  if (message?.role !== 'user' || !Array.isArray(message.content)) return undefined;
  return message.content[0]?.type === 'tool_result' ? message.content : undefined;
}

/** One plain text as a string, which every upstream reads the same. */
function plain(blocks: readonly ContentBlockParam[]): string | ContentBlockParam[] {
  const [first] = blocks;
  const isPlain = blocks.length === 1 && first?.type === 'text' && Object.keys(first).length === 2;
  return isPlain ? first.text : [...blocks];
}
