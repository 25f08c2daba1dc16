import type { TargetConfig } from '#config';
import { capabilitiesFor, type UpstreamDialect, type UpstreamModel } from '#wire';
import { baseUrlOf } from '../../base-url.js';
import type { Provider, UpstreamAddress, UpstreamCall } from '../../provider.js';

/** Any server that speaks Chat Completions: vLLM, Ollama, DeepSeek, Mistral and the like. */
export class OpenaiCompatibleProvider implements Provider {
  readonly id = 'openai-compatible';
  readonly knownModels = [];

  /** Chat Completions is all that such servers agree on, whatever the model could do at its home. */
  modelOf(target: TargetConfig, model: string): UpstreamModel {
    const name = target.model ?? model;
    return {
      provider: this.id,
      model: name,
      capabilities: { ...capabilitiesFor(target.baseModel ?? name), api: 'chat', ...target.capabilities },
    };
  }

  dialectsOf(): readonly UpstreamDialect[] {
    return ['chat'];
  }

  countsTokens(): boolean {
    return false;
  }

  address(target: TargetConfig, call: UpstreamCall): UpstreamAddress {
    const { origin, prefix } = baseUrlOf(target.baseUrl);
    return {
      origin,
      path: `${prefix}/chat/completions${call.query}`,
      headers: {
        ...call.clientHeaders,
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        ...(target.apiKey === undefined ? {} : { authorization: `Bearer ${target.apiKey.reveal()}` }),
      },
    };
  }
}
