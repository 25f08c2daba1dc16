import type { TargetConfig } from '#config';
import { claudeCapabilities, type UpstreamDialect, type UpstreamModel } from '#wire';
import { baseUrlOf } from '../../base-url.js';
import type { Provider, UpstreamAddress, UpstreamCall } from '../../provider.js';
import { knownModels } from './known-models.js';

const paths = { generate: '/v1/messages', count_tokens: '/v1/messages/count_tokens' } as const;

/** For requests that were translated; a Messages client's own version goes along with its bytes. */
const translatedVersion = '2023-06-01';

/** Anthropic's own API, and servers that speak it. */
export class AnthropicProvider implements Provider {
  readonly id = 'anthropic';
  readonly knownModels = knownModels;

  modelOf(target: TargetConfig, model: string): UpstreamModel {
    const name = target.model ?? model;
    return {
      provider: this.id,
      model: name,
      capabilities: { ...claudeCapabilities(target.baseModel ?? name), ...target.capabilities },
    };
  }

  dialectsOf(): readonly UpstreamDialect[] {
    return ['messages'];
  }

  countsTokens(): boolean {
    return true;
  }

  address(target: TargetConfig, call: UpstreamCall): UpstreamAddress {
    const { origin, prefix } = baseUrlOf(target.baseUrl);
    return {
      origin,
      path: `${prefix}${paths[call.operation]}${call.query}`,
      headers: {
        'anthropic-version': translatedVersion,
        ...call.clientHeaders,
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        ...(target.bearerToken === undefined
          ? { 'x-api-key': target.apiKey?.reveal() ?? '' }
          : { authorization: `Bearer ${target.bearerToken.reveal()}` }),
      },
    };
  }
}
