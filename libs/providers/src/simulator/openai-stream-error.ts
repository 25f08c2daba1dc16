import { vendorError } from './error-bodies.js';

export interface OpenaiStreamError {
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
}

/** Anthropic's words, so that one script serves all dialects. */
const translations: Readonly<
  Record<string, { readonly type: string; readonly code: string | null; readonly status: number }>
> = {
  overloaded_error: { type: 'server_error', code: 'server_is_overloaded', status: 503 },
  server_is_overloaded: { type: 'server_error', code: 'server_is_overloaded', status: 503 },
  rate_limit_error: { type: 'requests', code: 'rate_limit_exceeded', status: 429 },
  rate_limit_exceeded: { type: 'requests', code: 'rate_limit_exceeded', status: 429 },
  api_error: { type: 'server_error', code: 'server_error', status: 500 },
  server_error: { type: 'server_error', code: 'server_error', status: 500 },
};

/** What an `error=` directive says inside a stream of OpenAI's; a word that is not known stands for type and code. */
export function openaiStreamError(word: string | undefined, message: string | undefined): OpenaiStreamError {
  const { type, code, status } = translations[word ?? 'server_error'] ?? {
    type: word ?? '',
    code: word ?? '',
    status: 400,
  };
  const usual = vendorError('openai', status, word === 'insufficient_quota' ? { code: word } : {}).message;
  return { type, code, message: message ?? usual };
}
