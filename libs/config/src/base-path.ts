interface Misplaced {
  readonly path: RegExp;
  readonly sentence: string;
}

const leaf: Misplaced = {
  path: /\/(?:chat\/completions|completions|responses)$/,
  sentence: 'must end before /chat/completions or /responses, which is added to it',
};

/** What people copy from a vendor's page along with the base URL, and what adapters add themselves. */
const misplaced: Readonly<Record<string, readonly Misplaced[]>> = {
  anthropic: [
    {
      path: /\/v1(?:\/(?:complete|messages|models)(?:\/\w+)?)?$/,
      sentence: 'must end before /v1, which is added to it',
    },
  ],
  'azure-openai': [
    { path: /\/openai\/(?:v1|deployments)(?:\/.*)?$/, sentence: 'must end before /openai, which is added to it' },
  ],
  openai: [
    leaf,
    { path: /^https:\/\/api\.openai\.com$/, sentence: 'must end in /v1, as in https://api.openai.com/v1' },
  ],
  'openai-compatible': [leaf],
};

/**
 * What is wrong with the path of a provider's base URL, as the end of a sentence; undefined for nothing that is known. Each request
 * would be answered with a 404, which looks like a model that does not exist and is nobody's alarm.
 *
 * @param baseUrl without a slash at its end
 */
export function basePathProblem(provider: string, baseUrl: string): string | undefined {
  return misplaced[provider]?.find(({ path }) => path.test(baseUrl))?.sentence;
}
