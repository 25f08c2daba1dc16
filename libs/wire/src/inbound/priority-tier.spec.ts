import { describe, expect, it } from '@jest/globals';

import { parseChatRequest } from '../chat/parse-request.js';
import { toChatRequest } from '../chat/to-request.js';
import { toMessagesRequest } from '../messages/to-request.js';
import { claudeCapabilities } from '../messages/claude-capabilities.js';
import { capabilitiesFor } from '../openai/capabilities.js';
import { parseResponsesRequest } from '../responses/parse-request.js';
import { toResponsesRequest } from '../responses/to-request.js';

const hi = [{ role: 'user', content: 'hi' }];

function requests(tier: string) {
  const chat = parseChatRequest({ model: 'm', messages: hi, service_tier: tier });
  const responses = parseResponsesRequest({ model: 'm', input: hi, service_tier: tier });
  expect([...chat.warnings, ...responses.warnings]).toEqual([]);
  return [chat.request, responses.request];
}

function upstream(model: string, priorityTier: boolean) {
  return { provider: 'openai', model, capabilities: { ...capabilitiesFor(model), priorityTier } };
}

describe.each(['priority', 'fast'])('the tier %s of an OpenAI client', (tier) => {
  it('is bought at OpenAI where the operator allows it, and else the client is told', () => {
    for (const request of requests(tier)) {
      for (const [translate, model] of [
        [toChatRequest, 'gpt-4o'],
        [toResponsesRequest, 'gpt-6'],
      ] as const) {
        expect(translate(request, upstream(model, true))).toMatchObject({
          body: { service_tier: 'priority' },
          warnings: [],
        });
        expect(translate(request, upstream(model, false))).toMatchObject({
          body: { service_tier: 'auto' },
          warnings: [{ code: 'service_tier_dropped', path: 'service_tier' }],
        });
      }
    }
  });

  it('is what Anthropic gives to `auto`', () => {
    const model = 'claude-opus-5';
    for (const request of requests(tier)) {
      const translated = toMessagesRequest(request, { provider: 'a', model, capabilities: claudeCapabilities(model) });
      expect(translated).toMatchObject({ body: { service_tier: 'auto' }, warnings: [] });
    }
  });
});
