import type { TargetConfig } from '#config';
import { capabilitiesFor, type UpstreamDialect, type UpstreamModel } from '#wire';
import { baseUrlOf } from '../../base-url.js';
import type { Provider, UpstreamAddress, UpstreamCall } from '../../provider.js';

/**
 * Azure OpenAI: by the v1 paths, which need no api-version, or by the classic ones where the target names a version.
 * The deployment's name says nothing of the model behind it, which is why capabilities come from `baseModel`.
 */
export class AzureOpenaiProvider implements Provider {
  readonly id = 'azure-openai';
  readonly knownModels = [];

  modelOf(target: TargetConfig, model: string): UpstreamModel {
    const deployment = target.model ?? model;
    return {
      provider: this.id,
      model: deployment,
      capabilities: { ...capabilitiesFor(target.baseModel ?? deployment), ...target.capabilities },
    };
  }

  dialectsOf({ capabilities }: UpstreamModel): readonly UpstreamDialect[] {
    return capabilities.api === 'responses' ? ['responses', 'chat'] : ['chat', 'responses'];
  }

  /** Which deployments know `/responses/input_tokens` differs by region and version, so it is not relied on. */
  countsTokens(): boolean {
    return false;
  }

  address(target: TargetConfig, call: UpstreamCall): UpstreamAddress {
    const { origin, prefix } = baseUrlOf(target.baseUrl);
    return {
      origin,
      path: `${prefix}${pathOf(target, call)}`,
      headers: {
        ...call.clientHeaders,
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        ...(target.bearerToken === undefined
          ? { 'api-key': target.apiKey?.reveal() ?? '' }
          : { authorization: `Bearer ${target.bearerToken.reveal()}` }),
      },
    };
  }
}

function pathOf({ apiVersion }: TargetConfig, { dialect, model }: UpstreamCall): string {
  const leaf = dialect === 'responses' ? 'responses' : 'chat/completions';
  if (apiVersion === undefined) return `/openai/v1/${leaf}`;
  // Classic: Responses takes the deployment from the body, Chat from the path.
  const base = dialect === 'responses' ? '/openai' : `/openai/deployments/${encodeURIComponent(model)}`;
  return `${base}/${leaf}?api-version=${apiVersion}`;
}
