import type { MessageParam } from '../messages/messages.js';
import type { SystemText } from './system-prompt.js';

type SystemMessage = Extract<MessageParam, { role: 'system' }>;

/**
 * The texts of a system message within the conversation; none once it has had its time.
 * @param userFollows whether a later message is the user's
 */
export function systemMessageTexts(message: SystemMessage, userFollows: boolean): SystemText[] {
  if (message.clear_at === 'next_user_message' && userFollows) return [];
  const { content } = message;
  if (content === undefined || content === '') return [];
  if (typeof content === 'string') return [{ text: content, cached: false }];
  return content.flatMap((block) =>
    block.type === 'text' && block.text !== '' ? [{ text: block.text, cached: block.cache_control != null }] : [],
  );
}
