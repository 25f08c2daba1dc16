export interface UpstreamKind {
  readonly name: string;
  /** Where its requests arrive. */
  readonly path: string;
  /** The model name that arrives there; Azure's classic Chat path ignores it. */
  readonly model: string;
  readonly dialect: 'messages' | 'chat' | 'responses';
  /** The whole configuration of the upstream, given the simulator's URL. */
  readonly env: (url: string) => Readonly<Record<string, string>>;
}

const azure = (url: string, model: string) => ({
  ANTHROPIC_API_KEY: '',
  AZURE_OPENAI_ENDPOINT: url,
  AZURE_OPENAI_API_KEY: 'simulator-key',
  AZURE_OPENAI_MODEL: `${model}-deployment`,
  AZURE_OPENAI_BASE_MODEL: model,
});
const openai = (url: string, model: string) => ({
  ANTHROPIC_API_KEY: '',
  OPENAI_API_KEY: 'simulator-key',
  OPENAI_BASE_URL: `${url}/v1`,
  OPENAI_MODEL: model,
});

/** What an operator can put behind the product, each as its only upstream. */
export const upstreamKinds: readonly UpstreamKind[] = [
  {
    name: 'Anthropic',
    path: '/v1/messages',
    model: 'claude-opus-4-8',
    dialect: 'messages',
    env: (url) => ({ ANTHROPIC_API_KEY: 'simulator-key', ANTHROPIC_BASE_URL: url }),
  },
  {
    name: 'Azure OpenAI (v1, Responses)',
    path: '/openai/v1/responses',
    model: 'gpt-5.4-deployment',
    dialect: 'responses',
    env: (url) => azure(url, 'gpt-5.4'),
  },
  {
    name: 'Azure OpenAI (v1, Chat)',
    path: '/openai/v1/chat/completions',
    model: 'gpt-4o-deployment',
    dialect: 'chat',
    env: (url) => azure(url, 'gpt-4o'),
  },
  {
    name: 'Azure OpenAI (classic, Responses)',
    path: '/openai/responses?api-version=2025-04-01-preview',
    model: 'gpt-5-deployment',
    dialect: 'responses',
    env: (url) => ({ ...azure(url, 'gpt-5'), AZURE_OPENAI_API_VERSION: '2025-04-01-preview' }),
  },
  {
    name: 'Azure OpenAI (classic, Chat)',
    path: '/openai/deployments/gpt-4o-deployment/chat/completions?api-version=2024-10-21',
    model: 'gpt-4o-deployment',
    dialect: 'chat',
    env: (url) => ({ ...azure(url, 'gpt-4o'), AZURE_OPENAI_API_VERSION: '2024-10-21' }),
  },
  {
    name: 'OpenAI (Responses)',
    path: '/v1/responses',
    model: 'gpt-5.6',
    dialect: 'responses',
    env: (url) => openai(url, 'gpt-5.6'),
  },
  {
    name: 'OpenAI (Chat)',
    path: '/v1/chat/completions',
    model: 'gpt-4o',
    dialect: 'chat',
    env: (url) => openai(url, 'gpt-4o'),
  },
  {
    name: 'an OpenAI-compatible server',
    path: '/v1/chat/completions',
    model: 'qwen3-coder',
    dialect: 'chat',
    env: (url) => ({
      ANTHROPIC_API_KEY: '',
      OPENAI_COMPATIBLE_BASE_URL: `${url}/v1`,
      OPENAI_COMPATIBLE_API_KEY: 'simulator-key',
      OPENAI_COMPATIBLE_MODEL: 'qwen3-coder',
    }),
  },
];
