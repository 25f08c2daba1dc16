import type OpenAI from 'openai';

import type { ContentBlockParam } from '../messages/messages.js';
import { contentParts, type ContentPart } from '../openai/content-parts.js';
import { toolCallId } from '../openai/tool-call-id.js';
import { toolFailureText } from '../openai/tool-failure.js';
import type { ModelCapabilities } from '../openai/upstream-model.js';
import type { Warning } from '../warning.js';
import { chatPart, textPart, type ChatPart, type ChatTextPart } from './chat-content.js';

type ToolResult = Extract<ContentBlockParam, { type: 'tool_result' }>;

export interface ToolMessage {
  readonly message: OpenAI.Chat.ChatCompletionToolMessageParam;
  /** What a tool message cannot hold, for a user message after all tool messages of the turn. */
  readonly media: readonly ChatPart[];
}

/** A tool's result. Its images and documents are announced in its text and handed out as `media`. */
export function toolMessage(
  block: ToolResult,
  path: string,
  capabilities: ModelCapabilities,
  warnings: Warning[],
): ToolMessage {
  const id = toolCallId(block.tool_use_id);
  const texts: ChatTextPart[] = [];
  const media: ChatPart[] = [];
  const counts = { image: 0, pdf: 0 };
  for (const part of resultParts(block, path, capabilities, warnings)) {
    if (part.kind === 'text') {
      texts.push(textPart(part.text, capabilities.cacheBreakpoints && part.cached));
      continue;
    }
    counts[part.kind] += 1;
    const label = `${part.kind === 'pdf' ? 'document' : 'image'} ${counts[part.kind]} of tool result ${id}`;
    texts.push(textPart(`[${label} follows]`, false));
    media.push(textPart(`[${label}]`, false), chatPart(part, false));
  }
  if (capabilities.cacheBreakpoints && block.cache_control != null) {
    const last = texts.at(-1);
    if (last !== undefined) last.prompt_cache_breakpoint = { mode: 'explicit' };
  }
  if (block.is_error === true) {
    const first = texts[0];
    if (first === undefined) texts.push(textPart(toolFailureText(''), false));
    else first.text = toolFailureText(first.text);
  }
  const marked = texts.some((part) => part.prompt_cache_breakpoint !== undefined);
  // Joined, because templates of compatible servers know tool messages as strings only.
  const content = marked ? texts : texts.map(({ text }) => text).join('\n');
  return { message: { role: 'tool', tool_call_id: id, content }, media };
}

function resultParts(
  { content }: ToolResult,
  path: string,
  capabilities: ModelCapabilities,
  warnings: Warning[],
): readonly ContentPart[] {
  // Null is what some clients write for no content.
  if (content === undefined || content === null || content === '') return [];
  if (typeof content === 'string') return [{ kind: 'text', text: content, cached: false }];
  return contentParts(content, `${path}.content`, capabilities, warnings);
}
