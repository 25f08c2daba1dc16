import type { MessagesRequest } from '../../messages/messages.js';
import { capabilitiesFor } from '../../openai/capabilities.js';
import type { ModelCapabilities, UpstreamModel } from '../../openai/upstream-model.js';
import { toResponsesRequest } from '../to-request.js';

/** Members of a request, those too that the SDK's types do not know. */
export type Members = Partial<MessagesRequest> & Readonly<Record<string, unknown>>;

export const bash = { name: 'Bash', description: 'Runs', input_schema: { type: 'object' as const, properties: {} } };

export function upstreamOf(model = 'gpt-5.6', overrides: Partial<ModelCapabilities> = {}): UpstreamModel {
  return { provider: 'azure-openai', model, capabilities: { ...capabilitiesFor(model), ...overrides } };
}

export function requestOf(overrides: Members = {}): MessagesRequest {
  return { model: 'claude-opus-5-5', max_tokens: 1024, messages: [{ role: 'user', content: 'Hi' }], ...overrides };
}

export function translate(overrides: Members = {}, upstream = upstreamOf()): ReturnType<typeof toResponsesRequest> {
  return toResponsesRequest(requestOf(overrides), upstream);
}

export function inputOf(overrides: Members, upstream = upstreamOf()): readonly unknown[] {
  const { input } = translate(overrides, upstream).body;
  if (!Array.isArray(input)) throw new Error('the input is no list of items');
  return input;
}
