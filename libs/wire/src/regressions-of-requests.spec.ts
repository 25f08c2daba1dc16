import { describe, expect, it } from '@jest/globals';
import {
  claudeCapabilities,
  type MessagesRequest,
  parseChatRequest,
  toMessagesRequest,
  type UpstreamModel,
} from './index.js';

/** What other gateways have sent, and no upstream takes. */

const question: MessagesRequest = { model: 'm', max_tokens: 64, messages: [{ role: 'user', content: 'hi' }] };

function claude(model: string): UpstreamModel {
  return { provider: 'anthropic', model, capabilities: claudeCapabilities(model) };
}

describe('a parameter', () => {
  it('service_tier of an OpenAI client never becomes speed, which Anthropic refuses', () => {
    for (const tier of ['auto', 'default', 'flex', 'priority']) {
      const chat = { model: 'm', messages: [{ role: 'user', content: 'hi' }], service_tier: tier };
      const { body } = toMessagesRequest(parseChatRequest(chat).request, claude('claude-opus-5-5'));
      expect(body).not.toHaveProperty('speed');
      expect(['auto', 'standard_only', undefined]).toContain(body.service_tier);
    }
  });

  it('never is a budget of thinking that Anthropic refuses, however short the answer may be', () => {
    for (const max_tokens of [1, 500, 1024, 1025, 4000]) {
      const thinking = { type: 'enabled', budget_tokens: 400 } as const;
      const request: MessagesRequest = { ...question, max_tokens, thinking };
      const { body } = toMessagesRequest(request, claude('claude-haiku-4-5'));
      if (body.thinking === undefined) continue;
      expect(body.thinking).toMatchObject({ budget_tokens: expect.any(Number) });
      const budget = body.thinking.type === 'enabled' ? body.thinking.budget_tokens : 0;
      expect(budget).toBeGreaterThanOrEqual(1024);
      expect(budget).toBeLessThan(max_tokens);
    }
  });
});
