import type { TargetConfig } from '#config';
import type { UpstreamDialect, UpstreamModel } from '#wire';
import { defaultCapabilities } from '#wire';
import type { Provider, UpstreamAddress, UpstreamCall } from '../../provider.js';

const paths = { generate: '/v1/messages', count_tokens: '/v1/messages/count_tokens' } as const;

/** Anthropic's own API, and servers that speak it. */
export class AnthropicProvider implements Provider {
  readonly id = 'anthropic';

  modelOf(target: TargetConfig, model: string): UpstreamModel {
    return { provider: this.id, model: target.model ?? model, capabilities: defaultCapabilities };
  }

  dialectsOf(): readonly UpstreamDialect[] {
    return ['messages'];
  }

  countsTokens(): boolean {
    return true;
  }

  address(target: TargetConfig, call: UpstreamCall): UpstreamAddress {
    const url = new URL(target.baseUrl);
    const prefix = url.pathname === '/' ? '' : url.pathname;
    return {
      origin: url.origin,
      path: `${prefix}${paths[call.operation]}${call.query}`,
      headers: {
        'anthropic-version': '2023-06-01',
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
