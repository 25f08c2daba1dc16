import type OpenAI from 'openai';

import type { ContentPart } from '../openai/content-parts.js';

export type ChatTextPart = OpenAI.Chat.ChatCompletionContentPartText;
export type ChatPart = OpenAI.Chat.ChatCompletionContentPart;

/** A text part; `cached` marks the end of a prefix to keep, for models that have such marks. */
export function textPart(text: string, cached: boolean): ChatTextPart {
  return cached ? { type: 'text', text, prompt_cache_breakpoint: { mode: 'explicit' } } : { type: 'text', text };
}

export function chatPart(part: ContentPart, breakpoints: boolean): ChatPart {
  switch (part.kind) {
    case 'text':
      return textPart(part.text, breakpoints && part.cached);
    case 'image':
      return { type: 'image_url', image_url: { url: part.url } };
    default:
      return { type: 'file', file: { filename: part.filename, file_data: part.data } };
  }
}

/** A single plain text as a string, which every compatible server takes; everything else as parts. */
export function chatContent<Part extends ChatPart>(parts: Part[]): string | Part[] {
  const [only] = parts;
  if (only === undefined) return '';
  return parts.length === 1 && only.type === 'text' && only.prompt_cache_breakpoint === undefined ? only.text : parts;
}
