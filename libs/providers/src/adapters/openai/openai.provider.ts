import { isVendorsOwn, type TargetConfig } from '#config';
import { capabilitiesFor, type UpstreamDialect, type UpstreamModel } from '#wire';
import { baseUrlOf } from '../../base-url.js';
import type { Provider, UpstreamAddress, UpstreamCall } from '../../provider.js';
import { knownModels } from './known-models.js';

const paths = {
  messages: undefined,
  chat: { generate: '/chat/completions', count_tokens: undefined },
  responses: { generate: '/responses', count_tokens: '/responses/input_tokens' },
} as const;

/** OpenAI's own API. Reasoning models are asked through Responses: Chat Completions refuses them tools. */
export class OpenaiProvider implements Provider {
  readonly id = 'openai';
  readonly knownModels = knownModels;

  modelOf(target: TargetConfig, model: string): UpstreamModel {
    const name = target.model ?? (isVendorsOwn(this.id, model) ? model : (target.standInModel ?? model));
    return {
      provider: this.id,
      model: name,
      capabilities: { ...capabilitiesFor(target.baseModel ?? name), ...target.capabilities },
    };
  }

  dialectsOf({ capabilities }: UpstreamModel): readonly UpstreamDialect[] {
    return capabilities.api === 'responses' ? ['responses', 'chat'] : ['chat', 'responses'];
  }

  countsTokens({ capabilities }: UpstreamModel): boolean {
    return capabilities.api === 'responses';
  }

  address(target: TargetConfig, call: UpstreamCall): UpstreamAddress {
    const path = paths[call.dialect]?.[call.operation];
    if (path === undefined) throw new Error(`OpenAI has no ${call.operation} in the dialect ${call.dialect}`);
    const { origin, prefix } = baseUrlOf(target.baseUrl);
    return {
      origin,
      path: `${prefix}${path}${call.query}`,
      headers: {
        ...call.clientHeaders,
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        authorization: `Bearer ${target.apiKey?.reveal() ?? ''}`,
      },
    };
  }
}
