import { describe, expect, it } from '@jest/globals';
import { extractPromptDirectives } from './directive-pairs.js';
import { parseDirectives } from './directives.js';
import { readPrompt } from './prompt.js';

describe('directives', () => {
  it('are read with blanks or semicolons between them', () => {
    expect(parseDirectives('delay=1.5s; status=529  retry-after=2;should-retry=false')).toEqual({
      delayMs: 1500,
      status: 529,
      retryAfter: '2',
      shouldRetry: false,
    });
  });

  it('take quoted text, with escapes, line breaks and brackets', () => {
    expect(parseDirectives(String.raw`text="say \"hi\" ]] ; ü" stop=refusal`)).toEqual({
      text: 'say "hi" ]] ; ü',
      stop: 'refusal',
    });
    expect(parseDirectives('text="two\nlines"')).toEqual({ text: 'two\nlines' });
  });

  it('take an input for each tool, as JSON or as broken as a model may write it', () => {
    expect(parseDirectives(String.raw`tool=a input={"x":[["]}"]]} tool=b tool=c input="{\"cut"`)).toEqual({
      tools: [{ name: 'a', input: '{"x":[["]}"]]}' }, { name: 'b' }, { name: 'c', input: '{"cut' }],
    });
  });

  it.each([
    ['cut=3', { kind: 'cut', afterEvents: 3 }],
    ['eof', { kind: 'eof', afterEvents: 0 }],
    ['error=2:overloaded_error', { kind: 'error', afterEvents: 2, type: 'overloaded_error' }],
    ['silence', { kind: 'silence' }],
    ['silence=2', { kind: 'silence', afterEvents: 2 }],
    ['reset', { kind: 'reset', when: 'before-headers' }],
    ['reset=headers', { kind: 'reset', when: 'after-headers' }],
    ['garbage', { kind: 'garbage', afterEvents: 3 }],
    ['html', { kind: 'html' }],
  ])('know the fault %s', (source, fault) => {
    expect(parseDirectives(source)).toEqual({ fault });
  });

  it('know sizes and usage', () => {
    expect(parseDirectives('big=100mb chunk=1 usage=1:2:3:4:5')).toEqual({
      bigBytes: 104_857_600,
      chunkBytes: 1,
      usage: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4, thinking: 5 },
    });
  });

  it.each(['nonsense=1', 'delay=soon', 'status=99', 'input={}', 'text="open', 'toString', 'tps=0', 'reset=later'])(
    'refuse %s, rather than to ignore it',
    (source) => {
      expect(() => parseDirectives(source)).toThrow('simulator: ');
    },
  );
});

describe('directives in a prompt', () => {
  it('are found between other words, several of them', () => {
    const { directives, rest } = extractPromptDirectives('a [[sim: text="x]]" cut=1]] b [[sim:reset]] c');

    expect(directives).toEqual([
      [
        { key: 'text', value: 'x]]' },
        { key: 'cut', value: '1' },
      ],
      [{ key: 'reset' }],
    ]);
    expect(rest).toBe('a  b  c');
  });

  it('may hold JSON with their own closing brackets', () => {
    expect(extractPromptDirectives('[[sim: tool=a input={"a":[[1]]}]]').directives).toEqual([
      [
        { key: 'tool', value: 'a' },
        { key: 'input', value: '{"a":[[1]]}' },
      ],
    ]);
  });

  it('belong to the last words of the person, whatever tools and reminders say behind them', () => {
    const body = {
      messages: [
        { role: 'user', content: 'earlier [[sim: cut=1]]' },
        { role: 'assistant', content: 'ok' },
        { role: 'user', content: [{ type: 'text', text: '[[sim: tool=a]]' }] },
        { role: 'system', content: 'environment' },
        { role: 'assistant', content: [{ type: 'tool_use' }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', content: [{ type: 'text', text: 'result' }] },
            { type: 'text', text: 'reminder' },
          ],
        },
      ],
    };

    expect(readPrompt(body)).toEqual({ text: '[[sim: tool=a]]', turn: 1, last: 'result\nreminder' });
  });

  it('may come right behind tool results, and then begin anew', () => {
    const results = { role: 'user', content: [{ type: 'tool_result', content: 'result' }] };
    const messages = [{ role: 'user', content: 'first' }, { role: 'assistant', content: [] }, results];
    const next = { role: 'user', content: 'second [[sim: cut=1]]' };

    expect(readPrompt({ messages: [...messages, next] })).toEqual({ text: next.content, turn: 0, last: next.content });
  });

  it('are not taken from an earlier one of two user messages', () => {
    const messages = ['[[sim: cut=1]]', 'plain'].map((content) => ({ role: 'user', content }));

    expect(readPrompt({ messages })).toEqual({ text: 'plain', turn: 0, last: 'plain' });
  });

  it('count a run of Responses items as one turn of the model', () => {
    const body = {
      input: [
        { role: 'user', content: 'go' },
        { type: 'reasoning' },
        { type: 'function_call' },
        { type: 'function_call' },
        { type: 'function_call_output', output: 'one' },
        { type: 'function_call_output', output: 'two' },
      ],
    };

    expect(readPrompt(body)).toEqual({ text: 'go', turn: 1, last: 'one\ntwo' });
    expect(readPrompt({ input: 'plain' })).toEqual({ text: 'plain', turn: 0, last: 'plain' });
  });
});
