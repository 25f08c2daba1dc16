import type { MessageParam } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { contentParts, refuseContent } from './content-parts.js';
import type { SystemText } from './system-prompt.js';
import type { ModelCapabilities } from './upstream-model.js';

type SystemMessage = Extract<MessageParam, { role: 'system' }>;

/**
 * The texts of a system message within the conversation; none once it has had its time. What cannot be kept is added to `warnings`;
 * content that would vanish throws `invalid_request`.
 * @param userFollows whether a later message is the user's
 * @param path of the message's content
 */
export function systemMessageTexts(
  message: SystemMessage,
  userFollows: boolean,
  path: string,
  capabilities: ModelCapabilities,
  warnings: Warning[],
): SystemText[] {
  if (message.clear_at === 'next_user_message' && userFollows) return [];
  const { content } = message;
  if (content === undefined || content === '') return [];
  if (typeof content === 'string') return [{ text: content, cached: false }];
  return contentParts(content, path, capabilities, warnings).flatMap((part) => {
    if (part.kind !== 'text')
      refuseContent(path, `a system message cannot hold ${part.kind} content on this upstream.`);
    return part.text === '' ? [] : { text: part.text, cached: part.cached };
  });
}
