import { refuse, refuseOtherKinds, unreadable, wrong } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import { noted } from '../inbound/client-path.js';
import { inboundWarning } from '../inbound/compatibility.js';
import { blockFromFileData, imageFromUrl } from '../inbound/media.js';
import { cacheMember } from '../inbound/options.js';
import type { ContentBlockParam } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { notePartMembers } from './message-members.js';

type TextBlock = Extract<ContentBlockParam, { type: 'text' }>;

/** The parts of a message's content; a string is one part, null is none. */
export function contentParts(content: unknown, path: string): readonly JsonObject[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw refuse({ path, message: 'Input should be a valid string or array' });
  return content.map((part, index): JsonObject => {
    if (!isObject(part)) throw refuse({ path: `${path}.${index}`, message: 'Input should be an object' });
    return part;
  });
}

/** The blocks of a user's content. Empty texts are left out, as Anthropic refuses them. */
export function userBlocks(content: unknown, path: string, warnings: Warning[]): ContentBlockParam[] {
  return contentParts(content, path).flatMap((part, index) => userBlock(part, `${path}.${index}`, warnings));
}

function userBlock(part: JsonObject, path: string, warnings: Warning[]): ContentBlockParam[] {
  notePartMembers(part, path, warnings);
  switch (part.type) {
    case 'text':
      return textBlock(part, path);
    case 'image_url': {
      const image = isObject(part.image_url) ? part.image_url : { url: part.image_url };
      if (typeof image.url !== 'string') throw refuse(wrong(`${path}.image_url.url`, image.url, 'a valid string'));
      if (image.detail !== undefined && image.detail !== null && image.detail !== 'auto') {
        warnings.push(inboundWarning('image_detail_dropped', `${path}.image_url.detail`));
      }
      return [noted({ ...imageFromUrl(image.url, `${path}.image_url.url`), ...cacheMember(part) }, path)];
    }
    case 'file':
      return [noted({ ...fileBlock(part.file, `${path}.file`), ...cacheMember(part) }, path)];
    case 'input_audio':
      throw refuse({ path, message: 'Audio input is not supported' });
    default:
      throw refuse(unreadable(path, part));
  }
}

function fileBlock(file: unknown, path: string): ContentBlockParam {
  if (!isObject(file)) throw refuse({ path, message: 'Field required' });
  if (typeof file.file_data !== 'string') {
    const asked = file.file_id === undefined ? 'file_data' : 'file_id';
    const message = asked === 'file_id' ? 'Files are not stored here; send file_data' : 'Field required';
    throw refuse({ path: `${path}.${asked}`, message });
  }
  refuseOtherKinds(file, { filename: 'string' }, path);
  const name = typeof file.filename === 'string' ? file.filename : undefined;
  return blockFromFileData(file.file_data, name, `${path}.file_data`);
}

/** The text blocks of content that may hold nothing else: a system message, a tool's result, an assistant's words. */
export function textBlocks(content: unknown, path: string, warnings: Warning[]): TextBlock[] {
  return contentParts(content, path).flatMap((part, index) => {
    notePartMembers(part, `${path}.${index}`, warnings);
    if (part.type === 'refusal' && typeof part.refusal === 'string') {
      return textBlock({ text: part.refusal }, `${path}.${index}`);
    }
    if (part.type !== 'text') throw refuse(unreadable(`${path}.${index}`, part));
    return textBlock(part, `${path}.${index}`);
  });
}

/** The same blocks, the last one with the message's own `cache_control`, as clients of LiteLLM write it. */
export function cached<Block extends ContentBlockParam>(blocks: Block[], message: JsonObject): Block[] {
  const last = blocks.at(-1);
  if (last !== undefined && last.type !== 'thinking' && last.type !== 'redacted_thinking') {
    Object.assign(last, cacheMember(message));
  }
  return blocks;
}

function textBlock(part: JsonObject, path: string): TextBlock[] {
  if (typeof part.text !== 'string') throw refuse(wrong(`${path}.text`, part.text, 'a valid string'));
  return part.text === '' ? [] : [{ type: 'text', text: part.text, ...cacheMember(part) }];
}
