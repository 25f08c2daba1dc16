import { describe, expect, it } from '@jest/globals';
import type { ContentBlockParam, MessageParam } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { Conversation } from './conversation.js';

const text = (said: string): ContentBlockParam => ({ type: 'text', text: said });
const call = (id: string): ContentBlockParam => ({ type: 'tool_use', id, name: 'f', input: {} });
const result = (id: string): ContentBlockParam => ({ type: 'tool_result', tool_use_id: id });

/** More than a call can have arguments. */
const count = 150_000;
const ids = Array.from({ length: count }, (_, index) => `c${index}`);

/** The messages of a conversation in which the user has the last word. */
function gathered(gather: (conversation: Conversation) => void): readonly MessageParam[] {
  const warnings: Warning[] = [];
  const conversation = new Conversation(warnings);
  gather(conversation);
  const { messages } = conversation.finish(undefined, 'messages');
  expect(warnings).toEqual([]);
  return messages;
}

describe('a conversation', () => {
  it('has results behind their calls, and before what was said in between', () => {
    const messages = gathered((conversation) => {
      conversation.addAssistant([call('a')]);
      conversation.addAssistant([call('b')]);
      conversation.addUser([text('wait')]);
      conversation.addAssistant([call('c')]);
      conversation.addToolResult('a', [], 'input');
      conversation.addToolResult('c', [], 'input');
      conversation.addUser([text('well')]);
      conversation.addToolResult('b', [], 'input');
    });
    expect(messages).toEqual([
      { role: 'assistant', content: [call('a'), call('b')] },
      { role: 'user', content: [result('a'), result('b')] },
      { role: 'user', content: 'wait' },
      { role: 'assistant', content: [call('c')] },
      { role: 'user', content: [result('c'), text('well')] },
    ]);
  });

  it('has results of the call that was last to have their id', () => {
    const messages = gathered((conversation) => {
      for (let turn = 0; turn < 2; turn += 1) {
        conversation.addAssistant([call('a')]);
        conversation.addUser([text('wait')]);
      }
      conversation.addToolResult('a', [], 'input');
    });
    expect(messages.map(({ content }) => content)).toEqual([[call('a')], 'wait', [call('a')], [result('a')], 'wait']);
  });

  it('keeps results of calls that nobody made where they are', () => {
    const messages = gathered((conversation) => {
      conversation.addToolResult('x', [], 'input');
      conversation.addToolResult('y', [], 'input');
      conversation.addUser([text('well')]);
      conversation.addToolResult('z', [], 'input');
      conversation.addAssistant([call('a')]);
      conversation.addToolResult('x', [], 'input');
      conversation.addToolResult('a', [], 'input');
    });
    expect(messages).toEqual([
      { role: 'user', content: [result('x'), result('y'), text('well')] },
      { role: 'user', content: [result('z')] },
      { role: 'assistant', content: [call('a')] },
      { role: 'user', content: [result('x'), result('a')] },
    ]);
  });

  it('may have very many parallel calls', () => {
    const messages = gathered((conversation) => {
      conversation.addAssistant(ids.map(call));
      for (const id of ids.toReversed()) conversation.addToolResult(id, [], 'input');
    });
    expect(messages).toHaveLength(2);
    expect(JSON.stringify(messages[1]?.content)).toBe(JSON.stringify(ids.toReversed().map(result)));
  });

  it('may have very many results that come late, or for calls that nobody made', () => {
    const messages = gathered((conversation) => {
      for (const id of ids) {
        conversation.addAssistant([call(id)]);
        conversation.addUser([text('wait')]);
      }
      for (const id of ids) conversation.addToolResult(`${id}?`, [], 'input');
      for (const id of ids) conversation.addToolResult(id, [], 'input');
    });
    expect(messages).toHaveLength(3 * count + 1);
    const last = `c${count - 1}`;
    expect(messages.slice(-4, -1).map(({ content }) => content)).toEqual([[call(last)], [result(last)], 'wait']);
    expect(messages.at(-1)?.content).toHaveLength(count);
  });

  it('may have very many words in every place', () => {
    const words = ids.map(text);
    const conversation = new Conversation([]);
    conversation.addSystem(words.filter((block) => block.type === 'text'));
    conversation.addAssistant([call('a'), call('b')]);
    conversation.addAssistant(words);
    conversation.addToolResult('a', [], 'input');
    conversation.addUser(words);
    conversation.addToolResult('b', [], 'input');
    const { messages, system } = conversation.finish(undefined, 'messages');
    expect(system).toHaveLength(count);
    expect(messages.map(({ content }) => content?.length)).toEqual([2 + count, 2 + count]);
    expect(messages[1]?.content?.slice(0, 3)).toEqual([result('a'), result('b'), text('c0')]);
  });
});
