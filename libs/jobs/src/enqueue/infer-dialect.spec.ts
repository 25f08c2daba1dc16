import { describe, expect, it } from '@jest/globals';
import { inferDialect } from './infer-dialect.js';

describe('inferDialect', () => {
  it.each([
    ['messages', { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'input prompt' }] }],
    ['messages', { model: 'm', messages: [], metadata: { user: 'input' } }],
    ['chat', { model: 'm', messages: [], max_completion_tokens: 5 }],
    ['chat', { model: 'm', messages: [], stop: ['a'] }],
    ['responses', { model: 'm', input: 'hello' }],
    ['completions', { model: 'm', prompt: 'hello' }],
    ['complete', { model: 'm', prompt: '\n\nHuman: hi\n\nAssistant:', max_tokens_to_sample: 5 }],
  ])('reads %s from the members of %j', (dialect, request) => {
    expect(inferDialect(Buffer.from(JSON.stringify(request)))).toBe(dialect);
  });
});
