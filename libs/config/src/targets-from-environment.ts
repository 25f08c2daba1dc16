import type { TargetConfig } from './config.js';
import { withoutSlash } from './endpoint.validator.js';
import type { Environment } from './environment.js';
import { Secret } from './secret.js';

/** The upstreams that the environment's variables name, each under the name of its provider. */
export function targetsFromEnvironment(environment: Environment): TargetConfig[] {
  return [anthropic(environment), azureOpenai(environment), openai(environment), openaiCompatible(environment)].filter(
    (target) => target !== undefined,
  );
}

function anthropic(environment: Environment): TargetConfig | undefined {
  if (environment.ANTHROPIC_API_KEY === undefined) return undefined;
  return {
    name: 'anthropic',
    provider: 'anthropic',
    baseUrl: withoutSlash(environment.ANTHROPIC_BASE_URL),
    apiKey: new Secret(environment.ANTHROPIC_API_KEY),
  };
}

function azureOpenai(environment: Environment): TargetConfig | undefined {
  const { AZURE_OPENAI_ENDPOINT: endpoint, AZURE_OPENAI_MODEL: deployment } = environment;
  if (endpoint === undefined || deployment === undefined) return undefined;
  return {
    name: 'azure-openai',
    provider: 'azure-openai',
    baseUrl: withoutSlash(endpoint),
    apiKey: secret(environment.AZURE_OPENAI_API_KEY),
    bearerToken: secret(environment.AZURE_OPENAI_AD_TOKEN),
    model: deployment,
    baseModel: environment.AZURE_OPENAI_BASE_MODEL ?? deployment,
    apiVersion: environment.AZURE_OPENAI_API_VERSION,
  };
}

function openai(environment: Environment): TargetConfig | undefined {
  if (environment.OPENAI_API_KEY === undefined) return undefined;
  return {
    name: 'openai',
    provider: 'openai',
    baseUrl: withoutSlash(environment.OPENAI_BASE_URL),
    apiKey: new Secret(environment.OPENAI_API_KEY),
    standInModel: environment.OPENAI_MODEL,
  };
}

function openaiCompatible(environment: Environment): TargetConfig | undefined {
  if (environment.OPENAI_COMPATIBLE_BASE_URL === undefined) return undefined;
  return {
    name: 'openai-compatible',
    provider: 'openai-compatible',
    baseUrl: withoutSlash(environment.OPENAI_COMPATIBLE_BASE_URL),
    apiKey: secret(environment.OPENAI_COMPATIBLE_API_KEY),
    model: environment.OPENAI_COMPATIBLE_MODEL,
  };
}

function secret(value: string | undefined): Secret | undefined {
  return value === undefined ? undefined : new Secret(value);
}
