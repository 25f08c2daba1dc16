import { append } from '../append.js';
import type { ContentBlock } from '../messages/messages.js';
import { GatewayError } from '../gateway-error.js';
import { errorFromUpstreamEvent } from '../openai/error-from-upstream.js';
import { wholeAnswer } from '../openai/answer-ending.js';
import { answerObjects } from '../upstream/answer-objects.js';
import { answerText, calledName } from '../upstream/answer-text.js';
import { isObject, type JsonObject, objectIn, objectsIn, stringIn } from '../json-object.js';
import { AnswerSoFar } from '../openai/answer-so-far.js';
import { modelRefusal } from '../openai/model-refusal.js';
import { argumentsIn, finishedCall, toolUseBlock } from '../openai/tool-calls.js';
import type { AnswerContext, CanonicalAnswer } from '../translation.js';
import { chatCitations } from './chat-citations.js';
import { isFiltered, isFirstChoice, reportsError } from './chat-choice.js';
import { chatEnding, isCutOff } from './chat-ending.js';
import { warnOfMedia } from './chat-media.js';
import { chatReasoningSignature, reasoningIn } from './chat-reasoning.js';
import { textIn } from './chat-text.js';
import { usageFromChatBody } from './usage-tap.js';

/** A whole Chat answer as a message. Throws `GatewayError` when it reports a failure or is not a completion at all. */
export function fromChatResponse(json: unknown, context: AnswerContext): CanonicalAnswer {
  if (!isObject(json)) throw invalid();
  if (reportsError(json)) throw errorFromUpstreamEvent(json, context.model);
  const choices = answerObjects(json, 'choices');
  const choice = choices.find(isFirstChoice) ?? choices[0];
  if (choice === undefined) throw invalid();
  const message = objectIn(choice, 'message');
  const reason = stringIn(choice, 'finish_reason');
  if (reason === 'error' || reportsError(choice)) {
    throw errorFromUpstreamEvent({ error: choice.error ?? { message: 'The upstream failed' } }, context.model);
  }
  if (message === undefined) throw invalid();

  const answer = new AnswerSoFar(context);
  answer.noteModel(json);
  const finish = {
    reason: reason === '' ? undefined : reason,
    filtered: reason === '' && isFiltered(choice),
  };
  const told = usageFromChatBody(json);
  answer.cutOff = isCutOff(finish);
  const content = [...thinkingBlocks(message, context), ...textBlocks(message, answer)];
  if (answer.stopSequence === null) append(content, toolUseBlocks(message, answer));
  return wholeAnswer(content, chatEnding(finish, told, answer), told, answer);
}

function thinkingBlocks(message: JsonObject, context: AnswerContext): ContentBlock[] {
  const text = reasoningIn(message);
  if (text === '' || context.thinking === 'hidden') return [];
  const thinking = context.thinking === 'shown' ? text : '';
  return [{ type: 'thinking', thinking, signature: chatReasoningSignature(text, context) }];
}

function textBlocks(message: JsonObject, answer: AnswerSoFar): ContentBlock[] {
  const blocks = textBlock(message, textIn(message.content, answer), answer);
  const refusal = stringIn(message, 'refusal');
  if (refusal !== '') answer.refusal = refusal;
  return [...blocks, ...textBlock({}, refusal, answer).map(modelRefusal)];
}

/** None when there is nothing to show. `message` has what is said beside the text. */
function textBlock(message: JsonObject, whole: string, answer: AnswerSoFar): ContentBlock[] {
  const text = answer.shown(whole) + answer.heldBack();
  answer.outputChars += text.length;
  warnOfMedia(message, answer);
  const annotations = objectsIn(message, 'annotations');
  if (text === '') {
    if (annotations.length > 0) answer.warnOnce('answer_item_dropped', 'annotations');
    return [];
  }
  const citations = chatCitations(annotations, whole, answer);
  return [{ type: 'text', text, citations: citations.length > 0 ? citations : null }];
}

function toolUseBlocks(message: JsonObject, answer: AnswerSoFar): ContentBlock[] {
  const calls = answerObjects(message, 'tool_calls');
  const legacy = objectIn(message, 'function_call');
  const blocks = (calls.length === 0 && legacy ? [{ function: legacy }] : withOwnIds(calls)).flatMap((call, index) =>
    callBlocks(call, index, answer.cutOff && index >= calls.length - 1, answer),
  );
  if (blocks.length > 0) answer.calledTool = true;
  return blocks;
}

/** Without the ids that are those of calls before: some servers name the calls of one tool alike. */
function withOwnIds(calls: readonly JsonObject[]): readonly JsonObject[] {
  const ids = new Set<unknown>();
  return calls.map((call) => {
    if (ids.has(call.id)) return { ...call, id: '' };
    ids.add(call.id);
    return call;
  });
}

function callBlocks(call: JsonObject, index: number, cutOff: boolean, answer: AnswerSoFar): ContentBlock[] {
  const id = stringIn(call, 'id');
  const custom = objectIn(call, 'custom');
  if (custom !== undefined) {
    return [toolUseBlock(id, calledName(custom), { input: answerText(custom, 'input') }, answer.context)];
  }
  const called = objectIn(call, 'function') ?? {};
  const name = answerText(called, 'name');
  const args = argumentsIn(called);
  // Some servers pad the list with empty calls.
  if (name === '' && args === '') return [];
  answer.outputChars += args.length;
  return finishedCall({ id, name, args, cutOff }, `content.${index}.input`, answer);
}

function invalid(): GatewayError {
  return new GatewayError('upstream_invalid_answer', "The upstream's answer is not a chat completion");
}
