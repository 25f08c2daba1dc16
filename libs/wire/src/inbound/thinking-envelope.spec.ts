import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { sealReasoning } from '../openai/reasoning-envelope.js';
import { thinkingEnvelope, thinkingFromEnvelope } from './thinking-envelope.js';

describe('an envelope of thinking', () => {
  it("brings Anthropic's signature and its text back, whatever the client has made of the text", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (signature, thinking, shown) => {
        fc.pre(!signature.startsWith('cpx1.'));
        const block = { type: 'thinking' as const, thinking, signature };
        expect(thinkingFromEnvelope(thinkingEnvelope(block, 'claude-x'), shown)).toEqual(block);
      }),
    );
  });

  it('brings redacted thinking back', () => {
    const block = { type: 'redacted_thinking' as const, data: 'secret' };
    expect(thinkingFromEnvelope(thinkingEnvelope(block, 'claude-x'), '')).toEqual(block);
  });

  it("passes another upstream's envelope through as it is", () => {
    const signature = sealReasoning({ provider: 'azure-openai', model: 'gpt', item: { encrypted_content: 'e' } });
    expect(thinkingEnvelope({ type: 'thinking', thinking: 'x', signature }, 'm')).toBe(signature);
    expect(thinkingFromEnvelope(signature, 'x')).toEqual({ type: 'thinking', thinking: 'x', signature });
  });

  it('does not exist where there is nothing to replay, and is never made of foreign words', () => {
    expect(thinkingEnvelope({ type: 'thinking', thinking: 'x', signature: '' }, 'm')).toBeUndefined();
    for (const foreign of ['gAAAA', '', null, 4, 'cpx1.', 'cpx1.e30'])
      expect(thinkingFromEnvelope(foreign, 'x')).toBeUndefined();
  });
});
