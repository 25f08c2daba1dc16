import { describe, expect, it } from '@jest/globals';
import { answerText, calledName } from './answer-text.js';

describe('answerText', () => {
  it('is the text, and nothing where there is none', () => {
    expect(answerText({ text: 'a' }, 'text')).toBe('a');
    expect(answerText({ text: null }, 'text')).toBe('');
    expect(answerText({}, 'text')).toBe('');
  });

  it.each([5, true, {}, []])('does not take %j for an empty answer', (text) => {
    expect(() => answerText({ text }, 'text')).toThrow(expect.objectContaining({ code: 'upstream_invalid_answer' }));
  });
});

describe('calledName', () => {
  it('is never empty', () => {
    expect(calledName({ name: 'read' })).toBe('read');
    for (const call of [{}, { name: '' }, { name: null }, { name: 5 }]) {
      expect(() => calledName(call)).toThrow(expect.objectContaining({ code: 'upstream_invalid_answer' }));
    }
  });
});
