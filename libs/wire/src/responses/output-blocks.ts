import type Anthropic from '@anthropic-ai/sdk';

import type { ContentBlock } from '../messages/messages.js';
import { modelRefusal } from '../openai/model-refusal.js';
import type { ResponsesAnswer } from './responses-answer.js';
import { type JsonObject, objectsIn, stringIn } from '../json-object.js';
import { thinkingBlock } from './reasoning-items.js';
import { argumentsIn, finishedCall, toolUseBlock } from '../openai/tool-calls.js';
import { answerObjects } from '../upstream/answer-objects.js';
import { answerText, calledName } from '../upstream/answer-text.js';
import { citationOf } from '../openai/web-citation.js';
import { webSearchBlocks } from './web-search.js';

/** The blocks that a whole output item becomes. `path` is the item's, for warnings. */
export function blocksOf(item: JsonObject, path: string, answer: ResponsesAnswer): ContentBlock[] {
  switch (item.type) {
    case 'message':
      return answerObjects(item, 'content').flatMap((part) => textBlocks(part, answer));
    case 'reasoning': {
      const block = thinkingBlock(item, answer.context);
      return block === undefined ? [] : [block];
    }
    case 'function_call':
    case 'custom_tool_call': {
      const blocks = toolUseBlocks(item, path, answer);
      if (blocks.length > 0) answer.calledTool = true;
      return blocks;
    }
    case 'web_search_call': {
      const blocks = webSearchBlocks(item);
      if (blocks.length > 0) answer.webSearches += 1;
      return blocks;
    }
    default:
      answer.warn('answer_item_dropped', path);
      return [];
  }
}

const textParts: ReadonlySet<unknown> = new Set(['output_text', 'refusal', 'text', undefined]);

/** Warns of a content part, speech for instance, that says nothing in words. */
export function warnOfPart({ type }: JsonObject, words: string, answer: ResponsesAnswer): void {
  if (words === '' && !textParts.has(type)) answer.warnOnce('answer_item_dropped', 'content');
}

/** A content part of a message as a text block; none when it is empty, or comes after a stop sequence. */
export function textBlocks(part: JsonObject, answer: ResponsesAnswer): Anthropic.Messages.TextBlock[] {
  const refused = part.type === 'refusal';
  const whole = answerText(part, refused ? 'refusal' : 'text');
  warnOfPart(part, whole, answer);
  if (refused && whole !== '') answer.refusal = (answer.refusal ?? '') + whole;
  const text = answer.shown(whole) + answer.heldBack();
  const annotations = objectsIn(part, 'annotations');
  if (text === '') {
    if (answer.stopSequence === null && annotations.length > 0) answer.warnOnce('answer_item_dropped', 'annotations');
    return [];
  }
  answer.outputChars += text.length;
  const citations = annotations.flatMap((annotation) => {
    // Behind a stop sequence's cut, what is cited is no part of the answer.
    if (answer.stopSequence !== null && Number(annotation.start_index) >= text.length) return [];
    const citation = citationOf(annotation, whole);
    if (citation === undefined) answer.warnOnce('answer_item_dropped', 'annotations');
    return citation ?? [];
  });
  const block = { type: 'text' as const, text, citations: citations.length > 0 ? citations : null };
  return [refused ? modelRefusal(block) : block];
}

/** A whole `function_call` or `custom_tool_call` as blocks: one, or as many as a wrapper holds. */
function toolUseBlocks(item: JsonObject, path: string, answer: ResponsesAnswer): Anthropic.Messages.ToolUseBlock[] {
  const id = stringIn(item, 'call_id');
  const name = calledName(item);
  if (item.type === 'custom_tool_call') {
    return [toolUseBlock(id, name, { input: answerText(item, 'input') }, answer.context)];
  }
  const cutOff = item.status === 'incomplete';
  return finishedCall({ id, name, args: argumentsIn(item), cutOff }, `${path}.arguments`, answer);
}
