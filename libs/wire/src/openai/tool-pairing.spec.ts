import { describe, expect, it } from '@jest/globals';

import type { MessageParam } from '../messages/messages.js';
import { checkToolPairing } from './tool-pairing.js';

const use = (id: string) => ({ type: 'tool_use', id, name: 'n', input: {} });
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id });
const text = { type: 'text', text: 'x' };

function checked(...turns: [string, unknown][]) {
  return () => checkToolPairing(turns.map(([role, content]) => ({ role, content })) as MessageParam[]);
}

describe('calls and results', () => {
  it('pair up in any order, beside other content, over split and system messages', () => {
    expect(
      checked(
        ['user', 'go'],
        ['assistant', [text, use('a')]],
        ['assistant', [use('b')]],
        ['system', 'note'],
        ['user', [text, result('b')]],
        ['user', [result('a')]],
        ['assistant', [use('a')]],
        ['user', [result('a')]],
      ),
    ).not.toThrow();
  });

  it.each<[string, [string, unknown][], string]>([
    [
      'a call without a result',
      [
        ['user', 'go'],
        ['assistant', [use('a'), use('b')]],
        ['user', [result('a')]],
      ],
      'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: b. ',
    ],
    [
      'a result that comes a turn too late',
      [
        ['assistant', [use('a')]],
        ['user', 'no'],
        ['assistant', 'x'],
        ['user', [result('a')]],
      ],
      'messages.0: `tool_use` ids were found without',
    ],
    [
      'a result without a call',
      [['user', [text, result('a')]]],
      'messages.0.content.1: unexpected `tool_use_id` found in `tool_result` blocks: a. ',
    ],
    [
      'two results of one call',
      [
        ['assistant', [use('a')]],
        ['user', [result('a'), result('a')]],
      ],
      'messages.1.content.1: each `tool_use` must have a single result.',
    ],
    [
      'two calls of one id',
      [['assistant', [use('a'), use('a')]]],
      'messages.0.content.1.id: `tool_use` ids must be unique',
    ],
  ])('are refused in Anthropic’s words for %s', (_fault, turns, message) => {
    expect(checked(...turns)).toThrow(
      expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining(message) }),
    );
  });
});
