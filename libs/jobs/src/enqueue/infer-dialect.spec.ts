import { describe, expect, it } from '@jest/globals';
import { inferDialect } from './infer-dialect.js';

const user = { role: 'user', content: 'input prompt' };

describe('inferDialect', () => {
  it.each([
    ['messages', { model: 'm', max_tokens: 5, messages: [user] }],
    ['messages', { model: 'm', max_tokens: 5, messages: [], metadata: { user: 'input' } }],
    ['messages', { model: 'm', max_tokens: 5, messages: [user, { role: 'system', content: 'x' }] }],
    ['messages', { model: 'm', max_tokens: 5, messages: [user], tools: [{ name: 'f', input_schema: {} }] }],
    ['messages', { model: 'm', max_tokens: 5, messages: [user], tools: [{ type: 'custom', name: 'f' }] }],
    ['messages', { model: 'm', messages: [user], system: 'max_tokens is missing, which is told' }],
    ['messages', { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: [{ type: 'image' }] }] }],
    ['chat', { model: 'm', messages: [user] }],
    ['chat', { model: 'm', max_tokens: null, messages: [user] }],
    ['chat', { model: 'm', messages: [user], tools: [{ type: 'function', function: { name: 'f' } }] }],
    ['chat', { model: 'm', max_tokens: 5, messages: [user], tools: [{ type: 'function', function: { name: 'f' } }] }],
    ['chat', { model: 'm', max_tokens: 5, messages: [user], tools: [{ function: { name: 'f' } }] }],
    ['chat', { model: 'm', max_tokens: 5, messages: [{ role: 'system', content: 'x' }, user] }],
    ['chat', { model: 'm', max_tokens: 5, messages: [{ role: 'developer', content: 'x' }, user] }],
    ['chat', { model: 'm', max_tokens: 5, messages: [user, { role: 'tool', tool_call_id: 'a', content: 'x' }] }],
    ['chat', { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }],
    ['chat', { model: 'm', max_tokens: 5, messages: [user], store: false }],
    ['chat', { model: 'm', max_tokens: 5, messages: [user], prompt_cache_key: 'k' }],
    ['responses', { model: 'm', input: 'hello', store: false, prompt_cache_key: 'k' }],
    ['chat', { model: 'm', messages: [], max_completion_tokens: 5 }],
    ['chat', { model: 'm', messages: [], stop: ['a'] }],
    ['responses', { model: 'm', input: 'hello' }],
    ['completions', { model: 'm', prompt: 'hello' }],
    ['complete', { model: 'm', prompt: '\n\nHuman: hi\n\nAssistant:', max_tokens_to_sample: 5 }],
  ])('reads %s from the members of %j', (dialect, request) => {
    expect(inferDialect(Buffer.from(JSON.stringify(request)))).toBe(dialect);
  });
});
