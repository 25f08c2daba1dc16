import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#wire';
import { describeError } from './describe-error.js';

describe('describeError', () => {
  it('keeps what engine, system and servers have worded, without what they quote', () => {
    expect(describeError(new TypeError("Cannot read properties of undefined (reading 'model')"))).toMatchObject({
      type: 'TypeError',
      message: "Cannot read properties of undefined (reading 'model')",
      stack: expect.arrayContaining([expect.stringContaining('describe-error.spec')]),
    });
    const refused = Object.assign(new Error('invalid input for "a prompt" and "half'), { code: '22P02' });
    expect(describeError(refused)).toMatchObject({ code: '22P02', message: 'invalid input for "…" and "…"' });
  });

  it.each([
    ['a parser’s', () => captured(() => JSON.parse('secret {'))],
    ['anybody’s own', () => new Error('could not handle secret')],
    ['ours', () => new GatewayError('invalid_request', 'messages.0: secret', { path: 'messages.0' })],
    ['ours, in its path', () => new GatewayError('invalid_request', 'no', { path: 'metadata.secret' })],
    ['one whose message looks like a stack', () => new TypeError('no\n    at secret (file.js:1:1)')],
    ['a nested one', () => new TypeError('failed', { cause: new Error('secret') })],
    ['none', () => 'secret'],
  ])('leaves out the words of %s', (_whose, make) => {
    const description = JSON.stringify(describeError(make()));
    expect(description).not.toContain('secret');
    expect(description).toContain('"type"');
  });
});

function captured(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
