import { refuse, refuseOtherKinds, wrong } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import { type DroppedField, droppedFields } from '../inbound/dropped-fields.js';
import { modelName, numberMember, outputLimit, stopMember, userMember } from '../inbound/options.js';
import { asksForUsage } from '../inbound/stream-options.js';
import type { MessagesRequest } from '../messages/messages.js';
import type { InboundTranslation } from '../translation.js';

/** What a legacy completion repeats from its request. */
export interface CompletionsEcho {
  readonly model: string;
  /** A last chunk with usage was asked for. */
  readonly includeUsage: boolean;
  /** The prompt, when the client wants it before the answer. */
  readonly prefix: string;
}

const handled = new Set([
  'model',
  'prompt',
  'max_tokens',
  'temperature',
  'top_p',
  'stop',
  'stream',
  'stream_options',
  'user',
  'n',
  'echo',
  'suffix',
]);

const dropped: Readonly<Record<string, DroppedField>> = {
  logprobs: { warning: 'logprobs_dropped' },
  logit_bias: { warning: 'logit_bias_dropped' },
  seed: { warning: 'seed_dropped' },
  presence_penalty: { warning: 'penalty_dropped', default: 0 },
  frequency_penalty: { warning: 'penalty_dropped', default: 0 },
  best_of: { warning: 'best_of_dropped', default: 1 },
};

/** OpenAI's default for this endpoint alone. */
const defaultMaxTokens = 16;

/** A legacy completion as one user turn. Throws `GatewayError` `invalid_request` with the client's own path. */
export function parseCompletionsRequest(json: unknown): InboundTranslation<CompletionsEcho> {
  if (!isObject(json)) throw refuse({ path: '', message: 'The request body should be a JSON object' });
  refuseOtherKinds(json, {
    n: 'number',
    suffix: 'string',
    echo: 'boolean',
    stream: 'boolean',
    stream_options: 'object',
    user: 'string',
  });
  if (typeof json.n === 'number' && json.n > 1) throw refuse({ path: 'n', message: 'Only one choice is supported' });
  if (typeof json.suffix === 'string' && json.suffix !== '') {
    throw refuse({ path: 'suffix', message: 'Filling in before a suffix is not supported' });
  }
  const model = modelName(json);
  const prompt = onePrompt(json);
  const limited = json.max_tokens === undefined || json.max_tokens === null ? { max_tokens: defaultMaxTokens } : json;
  const warnings = droppedFields(json, handled, dropped);
  const request: MessagesRequest = {
    model,
    max_tokens: outputLimit(limited, ['max_tokens']),
    messages: [{ role: 'user', content: prompt }],
    ...(typeof json.stream === 'boolean' && { stream: json.stream }),
    ...numberMember(json, 'temperature', 2),
    ...numberMember(json, 'top_p', 1),
    ...stopMember(json.stop),
    ...userMember(json, warnings),
  };
  return {
    request,
    warnings,
    echo: { model, includeUsage: asksForUsage(json, warnings), prefix: json.echo === true ? prompt : '' },
  };
}

function onePrompt(json: JsonObject): string {
  const { prompt } = json;
  const only: unknown = Array.isArray(prompt) && prompt.length === 1 ? prompt[0] : prompt;
  if (typeof only === 'string' && only !== '') return only;
  if (Array.isArray(only)) {
    throw refuse({ path: 'prompt', message: 'Several prompts, and prompts of tokens, are not supported' });
  }
  throw refuse(
    only === '' ? { path: 'prompt', message: 'Input should not be empty' } : wrong('prompt', prompt, 'a valid string'),
  );
}
