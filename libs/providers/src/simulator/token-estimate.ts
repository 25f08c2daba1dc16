import { isRecord, type JsonRecord } from './json-reader.js';

const charactersPerToken = 4;
/** What an image or a document counts for, whatever its size. */
const mediaTokens = 1500;
/** Names, ids and ciphers: nothing that a model reads. */
const unreadKeys = new Set(
  `
  type role id call_id tool_use_id tool_call_id media_type signature encrypted_content cache_control status phase
  detail prompt_cache_breakpoint
`
    .trim()
    .split(/\s+/),
);

export function estimateTextTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

/** `ceil(characters / 4)` over everything that a model would read of a request, in any dialect; at least 1. */
export function estimateInputTokens(body: JsonRecord): number {
  const read = [body['system'], body['instructions'], body['messages'], body['input'], body['tools']];
  let characters = 0;
  let media = 0;
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      if (value.startsWith('data:')) media += 1;
      else characters += value.length;
    } else if (Array.isArray(value)) {
      value.forEach(visit);
    } else if (isRecord(value)) {
      if (value['type'] === 'base64') media += 1;
      else for (const [key, member] of Object.entries(value)) if (!unreadKeys.has(key)) visit(member);
    }
  };
  read.forEach(visit);
  return Math.max(1, Math.ceil(characters / charactersPerToken) + media * mediaTokens);
}
