import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import type { Endpoint } from './endpoint.js';
import { vendorError, type VendorError } from './error-bodies.js';

type AnthropicModel = Anthropic.Models.ModelInfo;

const createdAt = '2026-09-01T00:00:00Z';
const createdSeconds = Date.parse(createdAt) / 1000;

const anthropicModels: readonly AnthropicModel[] = [
  anthropicModel('claude-opus-5-5', 'Claude Opus 5.5', 'opus'),
  anthropicModel('claude-sonnet-5-5', 'Claude Sonnet 5.5', 'sonnet'),
  anthropicModel('claude-haiku-5-5', 'Claude Haiku 5.5', 'haiku'),
];
const openaiModels: readonly OpenAI.Model[] = ['gpt-5.6', 'gpt-5.5', 'gpt-5.4', 'gpt-5', 'gpt-4o'].map((id) => ({
  id,
  object: 'model',
  created: createdSeconds,
  owned_by: 'system',
}));

/** `GET /v1/models` and `GET /v1/models/{id}` in the vendor's shape. */
export function listModels({ vendor, modelId }: Endpoint): object | VendorError {
  const models = vendor === 'anthropic' ? anthropicModels : openaiModels;
  if (modelId !== undefined) {
    const model = models.find(({ id }) => id === modelId);
    if (model) return model;
    const message = vendor === 'anthropic' ? `model: ${modelId}` : `The model '${modelId}' does not exist`;
    return vendorError(vendor, 404, {
      message,
      ...(vendor === 'anthropic' ? {} : { code: 'model_not_found', param: 'model' }),
    });
  }
  if (vendor !== 'anthropic') return { object: 'list', data: models };
  return { data: models, has_more: false, first_id: models[0]?.id ?? null, last_id: models.at(-1)?.id ?? null };
}

function anthropicModel(id: string, displayName: string, line: NonNullable<AnthropicModel['line']>): AnthropicModel {
  return {
    type: 'model',
    id,
    display_name: displayName,
    created_at: createdAt,
    lifecycle: 'active',
    line,
    capabilities: null,
    max_input_tokens: 1_000_000,
    max_tokens: 128_000,
    deprecated_at: null,
    retires_at: null,
  };
}
