import type { ContentBlockParam, MessageParam, MessagesRequest } from '../messages/messages.js';
import { append } from '../append.js';
import { refuse } from '../fault.js';
import type { Warning } from '../warning.js';
import { noted } from './client-path.js';
import { inboundWarning } from './compatibility.js';

type TextBlock = Extract<ContentBlockParam, { type: 'text' }>;

/** A user message of tool results and of the words that came behind them. */
interface Results {
  readonly blocks: ContentBlockParam[];
  readonly words: ContentBlockParam[];
}

/** One message, the results of an assistant's calls right behind it; results of calls that nobody made stand alone. */
interface Turn {
  readonly message?: MessageParam;
  results?: Results;
}

/**
 * Gathers a conversation in the order of an OpenAI client. System texts before the first turn become `system`; tool results and
 * the user's words after them share one user message, as Anthropic wants results first and all together.
 */
export class Conversation {
  private readonly system: TextBlock[] = [];
  private readonly turns: Turn[] = [];
  /** Id of a call → the turn that made it last. */
  private readonly callers = new Map<string, Turn>();
  /** The user message that further tool results and words join. */
  private results: Results | undefined;

  constructor(private readonly warnings: Warning[]) {}

  addSystem(blocks: readonly TextBlock[]): void {
    if (blocks.length === 0) return;
    if (this.turns.length === 0) append(this.system, blocks);
    else this.push({ role: 'system', content: [...blocks] });
  }

  addUser(blocks: readonly ContentBlockParam[]): void {
    if (blocks.length === 0) return;
    if (this.results) {
      append(this.results.words, blocks);
      // Results after this would have to stand before these words.
      this.results = undefined;
      return;
    }
    this.push({ role: 'user', content: plain(blocks) });
  }

  /** @param path the client's own path of the result */
  addToolResult(id: string, blocks: readonly ContentBlockParam[], path: string): void {
    const content = plain(blocks);
    const block = {
      type: 'tool_result',
      tool_use_id: id,
      ...(content.length > 0 && { content }),
    } as ContentBlockParam;
    // Behind its call, whatever was said in between: Responses takes results in any place, Anthropic and Chat in this one.
    const caller = this.callers.get(id);
    const results = caller === undefined ? (this.results ?? this.resultsAtEnd()) : resultsOf(caller);
    results.blocks.push(noted(block, path));
    this.results = this.turns.at(-1)?.results === results && results.words.length === 0 ? results : undefined;
  }

  /** Successive parts of one answer are one message: Responses sends reasoning, words and calls as items of their own. */
  addAssistant(blocks: readonly ContentBlockParam[]): void {
    if (blocks.length === 0) return;
    const last = this.turns.at(-1);
    const said = last?.results === undefined && last?.message?.role === 'assistant' ? last : undefined;
    const turn = said ?? this.push({ role: 'assistant', content: [...blocks] });
    if (said !== undefined && Array.isArray(said.message?.content)) append(said.message.content, blocks);
    for (const block of blocks) if (block.type === 'tool_use') this.callers.set(block.id, turn);
  }

  /**
   * The finished conversation. Throws `invalid_request` when nothing was said.
   * @param instruction is said last in `system`
   * @param path the client's own name of the conversation
   */
  finish(instruction: string | undefined, path: 'messages' | 'input'): Pick<MessagesRequest, 'messages' | 'system'> {
    const messages = this.turns.flatMap(messagesOf);
    const system =
      instruction === undefined ? this.system : [...this.system, { type: 'text' as const, text: instruction }];
    if (messages.length === 0 && system.length > 0) return { messages: [{ role: 'user', content: [...system] }] };
    if (messages.length === 0) throw refuse({ path, message: 'at least one message is required' });
    const lastTurn = messages.findLast((message) => message.role !== 'system');
    if (lastTurn?.role === 'assistant') {
      // No current model continues an assistant's message, and Codex ends with one after a lost stream.
      this.warnings.push(inboundWarning('continuation_added', 'messages'));
      messages.push({ role: 'user', content: 'Continue.' });
    }
    return { messages, ...(system.length > 0 && { system }) };
  }

  private resultsAtEnd(): Results {
    const last = this.turns.at(-1);
    if (last?.message?.role === 'assistant' && last.results === undefined) return resultsOf(last);
    const turn: Turn = {};
    this.turns.push(turn);
    return resultsOf(turn);
  }

  private push(message: MessageParam): Turn {
    const turn: Turn = { message };
    this.results = undefined;
    this.turns.push(turn);
    return turn;
  }
}

function resultsOf(turn: Turn): Results {
  turn.results ??= { blocks: [], words: [] };
  return turn.results;
}

function messagesOf({ message, results }: Turn): MessageParam[] {
  const messages = message === undefined ? [] : [message];
  if (results !== undefined) messages.push({ role: 'user', content: [...results.blocks, ...results.words] });
  return messages;
}

/** One plain text as a string, which every upstream reads the same. */
function plain(blocks: readonly ContentBlockParam[]): string | ContentBlockParam[] {
  const [first] = blocks;
  const isPlain = blocks.length === 1 && first?.type === 'text' && Object.keys(first).length === 2;
  return isPlain ? first.text : [...blocks];
}
