import { refuse, refuseOtherKinds, unreadable, wrong } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import { noted } from '../inbound/client-path.js';
import { inboundWarning } from '../inbound/compatibility.js';
import type { Conversation } from '../inbound/conversation.js';
import { blockFromFileData, imageFromUrl } from '../inbound/media.js';
import { cacheMember } from '../inbound/options.js';
import { thinkingFromEnvelope } from '../inbound/thinking-envelope.js';
import { freeformInput, toolInput } from '../inbound/tool-input.js';
import type { ContentBlockParam } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { type DeclaredTools, flatName } from './declared-tools.js';
import { noteItemMembers, notePartMembers } from './item-members.js';

type TextBlock = Extract<ContentBlockParam, { type: 'text' }>;

/** Adds a Responses client's `input` to the conversation, and the tools that come among it to the list. */
export function parseInput(
  input: unknown,
  conversation: Conversation,
  tools: DeclaredTools,
  warnings: Warning[],
): void {
  if (typeof input === 'string') {
    conversation.addUser(input === '' ? [] : [{ type: 'text', text: input }]);
    return;
  }
  if (!Array.isArray(input)) throw refuse(wrong('input', input, 'a valid string or array'));
  for (const [index, item] of input.entries()) {
    const path = `input.${index}`;
    if (!isObject(item)) throw refuse({ path, message: 'Input should be an object' });
    noteItemMembers(item, path, warnings);
    addItem(item, path, conversation, tools, warnings);
  }
}

function addItem(
  item: JsonObject,
  path: string,
  conversation: Conversation,
  tools: DeclaredTools,
  warnings: Warning[],
): void {
  switch (item.type ?? 'message') {
    case 'message':
      return addMessage(item, path, conversation, warnings);
    case 'function_call':
    case 'custom_tool_call':
      return conversation.addAssistant([noted(toolUse(item, path, warnings), path)]);
    case 'function_call_output':
    case 'custom_tool_call_output':
      return conversation.addToolResult(
        callId(item, path),
        contentBlocks(item.output, `${path}.output`, warnings),
        path,
      );
    case 'reasoning':
      return conversation.addAssistant(reasoning(item));
    case 'additional_tools':
      return tools.addAll(item.tools, `${path}.tools`);
    case 'item_reference':
      throw refuse({ path, message: 'Earlier items are not stored here; send them whole' });
    default:
      warnings.push(inboundWarning('item_dropped', path));
  }
}

function addMessage(item: JsonObject, path: string, conversation: Conversation, warnings: Warning[]): void {
  const content = `${path}.content`;
  switch (item.role) {
    case 'user':
      return conversation.addUser(contentBlocks(item.content, content, warnings));
    case 'assistant':
      return conversation.addAssistant(contentBlocks(item.content, content, warnings));
    case 'system':
    case 'developer':
      return conversation.addSystem(blocksOf(item.content, content, onlyText, warnings));
    default:
      throw refuse(wrong(`${path}.role`, item.role, "'user', 'assistant', 'system' or 'developer'"));
  }
}

/** The blocks of a message's content or a tool's output. */
function contentBlocks(content: unknown, path: string, warnings: Warning[]): ContentBlockParam[] {
  return blocksOf(content, path, (part, at) => contentBlock(part, at, warnings), warnings);
}

/** Content part by part. Empty texts are left out, as Anthropic refuses them. */
function blocksOf<Block extends ContentBlockParam>(
  content: unknown,
  path: string,
  read: (part: JsonObject, path: string) => Block,
  warnings: Warning[],
): (Block | TextBlock)[] {
  if (content === undefined || content === null || content === '') return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw refuse({ path, message: 'Input should be a valid string or array' });
  return content.flatMap((part: unknown, index) => {
    if (!isObject(part)) throw refuse({ path: `${path}.${index}`, message: 'Input should be an object' });
    const here = `${path}.${index}`;
    notePartMembers(part, here, warnings);
    const block = read(part, here);
    return block.type === 'text' && block.text === '' ? [] : noted({ ...block, ...cacheMember(part) }, here);
  });
}

function contentBlock(part: JsonObject, path: string, warnings: Warning[]): ContentBlockParam {
  switch (part.type) {
    case 'input_image':
      if (typeof part.image_url !== 'string') throw refuseFile(part, path, 'image_url');
      noteDetail(part, path, warnings);
      return imageFromUrl(part.image_url, `${path}.image_url`);
    case 'input_file':
      noteDetail(part, path, warnings);
      return fileBlock(part, path);
    default:
      return onlyText(part, path);
  }
}

function fileBlock(part: JsonObject, path: string): ContentBlockParam {
  refuseOtherKinds(part, { filename: 'string' }, path);
  const name = typeof part.filename === 'string' ? part.filename : undefined;
  if (typeof part.file_url === 'string') {
    return {
      type: 'document',
      source: { type: 'url', url: part.file_url },
      ...(name !== undefined && { title: name }),
    };
  }
  if (typeof part.file_data !== 'string') throw refuseFile(part, path, 'file_data');
  return blockFromFileData(part.file_data, name, `${path}.file_data`);
}

function noteDetail({ detail }: JsonObject, path: string, warnings: Warning[]): void {
  if (detail === undefined || detail === null || detail === 'auto') return;
  warnings.push(inboundWarning('image_detail_dropped', `${path}.detail`));
}

/** A text, which is all that a system message may hold. */
function onlyText(part: JsonObject, path: string): TextBlock {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
    case 'refusal': {
      const text = part.type === 'refusal' ? part.refusal : part.text;
      if (typeof text !== 'string') throw refuse(wrong(`${path}.text`, text, 'a valid string'));
      return { type: 'text', text };
    }
    default:
      throw refuse(unreadable(path, part));
  }
}

function refuseFile(part: JsonObject, path: string, wanted: string): Error {
  return typeof part.file_id === 'string'
    ? refuse({ path: `${path}.file_id`, message: `Files are not stored here; send ${wanted}` })
    : refuse({ path: `${path}.${wanted}`, message: 'Field required' });
}

function callId(item: JsonObject, path: string): string {
  const id = item.call_id;
  if (typeof id !== 'string' || id === '') throw refuse(wrong(`${path}.call_id`, id, 'a valid string'));
  return id;
}

function toolUse(item: JsonObject, path: string, warnings: Warning[]): ContentBlockParam {
  const id = callId(item, path);
  if (typeof item.name !== 'string' || item.name === '')
    throw refuse(wrong(`${path}.name`, item.name, 'a valid string'));
  refuseOtherKinds(item, { namespace: 'string', input: 'string' }, path);
  const { namespace } = item;
  const name = typeof namespace === 'string' ? flatName({ namespace, name: item.name }) : item.name;
  if (item.type === 'custom_tool_call') {
    return { type: 'tool_use', id, name, input: freeformInput(item.input, `${path}.input`) };
  }
  return { type: 'tool_use', id, name, input: toolInput(item.arguments, `${path}.arguments`, warnings) };
}

/** Reasoning of ours becomes a thinking block again; another server's cannot be read and is left out. */
function reasoning(item: JsonObject): ContentBlockParam[] {
  const summary: unknown[] = Array.isArray(item.summary) ? item.summary : [];
  const texts = summary.flatMap((part) => (isObject(part) && typeof part.text === 'string' ? part.text : []));
  const block = thinkingFromEnvelope(item.encrypted_content, texts.join('\n\n'));
  return block ? [block] : [];
}
