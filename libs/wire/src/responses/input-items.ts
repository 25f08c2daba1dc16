import type OpenAI from 'openai';

import type { ContentBlockParam, MessageParam, MessagesRequest } from '../messages/messages.js';
import { blockParts, type ContentPart, contentParts } from '../openai/content-parts.js';
import { systemMessageTexts } from '../openai/system-message.js';
import { systemPrompt, type SystemText } from '../openai/system-prompt.js';
import { toolCallId } from '../openai/tool-call-id.js';
import { toolFailureText } from '../openai/tool-failure.js';
import { assistantItems, type AssistantItem } from './assistant-items.js';
import { CacheBreakpoints } from './cache-breakpoints.js';
import type { InputOptions } from './input-options.js';

type InputPart = OpenAI.Responses.ResponseInputContent;
type InputMessage = OpenAI.Responses.ResponseInputItem.Message;
type ToolOutput = OpenAI.Responses.ResponseInputItem.FunctionCallOutput;
type ToolResultBlock = Extract<ContentBlockParam, { type: 'tool_result' }>;

export type InputItem = InputMessage | ToolOutput | AssistantItem;

/** The system prompt and the conversation as input items, block by block in their order. */
export function inputItems(request: MessagesRequest, options: InputOptions): InputItem[] {
  return new InputItems(options).all(request);
}

class InputItems {
  private readonly items: InputItem[] = [];
  private readonly breakpoints = new CacheBreakpoints();

  constructor(private readonly options: InputOptions) {}

  all(request: MessagesRequest): InputItem[] {
    this.system(systemPrompt(request.system));
    const lastUser = request.messages.findLastIndex(({ role }) => role === 'user');
    for (const [index, message] of request.messages.entries()) {
      this.message(message, `messages.${index}.content`, index < lastUser);
    }
    if (this.options.capabilities.cacheBreakpoints) this.breakpoints.set(request.cache_control != null);
    return this.items;
  }

  private message(message: MessageParam, path: string, userFollows: boolean): void {
    if (message.role === 'assistant') {
      for (const item of assistantItems(message.content, path, this.options)) this.items.push(item);
    } else if (message.role === 'user') {
      this.user(message.content, path);
    } else {
      const { capabilities, warnings } = this.options;
      this.midSystem(systemMessageTexts(message, userFollows, path, capabilities, warnings));
    }
  }

  private system(texts: readonly SystemText[]): void {
    this.say(this.options.capabilities.systemRole, texts.map(this.textPart));
  }

  private midSystem(texts: readonly SystemText[]): void {
    if (this.options.capabilities.midSystem === 'yes') {
      this.system(texts);
      return;
    }
    const reminders = texts.map(({ text, cached }) => ({
      text: `<system-reminder>\n${text}\n</system-reminder>`,
      cached,
    }));
    this.say('user', reminders.map(this.textPart));
  }

  private user(content: string | readonly ContentBlockParam[], path: string): void {
    if (typeof content === 'string') {
      this.say('user', this.partsOf({ type: 'text', text: content }, path));
      return;
    }
    let said: InputPart[] = [];
    for (const [index, block] of content.entries()) {
      if (block.type === 'tool_result') {
        this.say('user', said);
        said = [];
        this.items.push(this.toolOutput(block, `${path}.${index}`));
      } else {
        for (const part of this.partsOf(block, `${path}.${index}`)) said.push(part);
      }
    }
    this.say('user', said);
  }

  /** Images and files of a result stay in it: unlike Chat Completions, this API takes them there. */
  private toolOutput(block: ToolResultBlock, path: string): ToolOutput {
    // Null is what some clients write for no content.
    const content = block.content ?? '';
    let parts: ContentPart[] =
      typeof content === 'string'
        ? [{ kind: 'text', text: content, cached: false }]
        : contentParts(content, `${path}.content`, this.options.capabilities, this.options.warnings);
    if (block.is_error === true) parts = failed(parts);
    if (block.cache_control != null) parts = withLastTextCached(parts);
    return { type: 'function_call_output', call_id: toolCallId(block.tool_use_id), output: this.outputOf(parts) };
  }

  private outputOf(parts: readonly ContentPart[]): ToolOutput['output'] {
    const [first = { kind: 'text', text: '', cached: false }] = parts;
    const plain =
      parts.length <= 1 && first.kind === 'text' && !(first.cached && this.options.capabilities.cacheBreakpoints);
    return plain ? first.text : parts.map(this.inputPart);
  }

  private partsOf(block: ContentBlockParam, path: string): InputPart[] {
    return blockParts(block, path, this.options.capabilities, this.options.warnings)
      .filter((part) => part.kind !== 'text' || part.text !== '')
      .map(this.inputPart);
  }

  private say(role: InputMessage['role'], content: InputPart[]): void {
    if (content.length > 0) this.items.push({ type: 'message', role, content });
  }

  private readonly inputPart = (part: ContentPart): InputPart => {
    switch (part.kind) {
      case 'text':
        return this.textPart(part);
      case 'image':
        return { type: 'input_image', image_url: part.url, detail: 'auto' };
      default:
        return part.url === undefined
          ? { type: 'input_file', filename: part.filename, file_data: part.data ?? '' }
          : { type: 'input_file', file_url: part.url };
    }
  };

  private readonly textPart = ({ text, cached }: SystemText): OpenAI.Responses.ResponseInputText => {
    const part = { type: 'input_text', text } as const;
    this.breakpoints.note(part, cached);
    return part;
  };
}

function failed(parts: readonly ContentPart[]): ContentPart[] {
  const first = parts.findIndex(({ kind }) => kind === 'text');
  if (first === -1) return [{ kind: 'text', text: toolFailureText(''), cached: false }, ...parts];
  return parts.map((part, index) =>
    index === first && part.kind === 'text' ? { ...part, text: toolFailureText(part.text) } : part,
  );
}

function withLastTextCached(parts: readonly ContentPart[]): ContentPart[] {
  const last = parts.findLastIndex(({ kind }) => kind === 'text');
  return parts.map((part, index) => (index === last && part.kind === 'text' ? { ...part, cached: true } : part));
}
