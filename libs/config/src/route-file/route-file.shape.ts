import { defaultRetries } from '../default-routes.js';
import { capabilitiesShape } from './capabilities.shape.js';
import { endpoint, secretReference, secretVariable } from './reference.shapes.js';
import {
  choice,
  defaulted,
  dictionary,
  flag,
  integer,
  list,
  object,
  oneOrMore,
  optional,
  required,
  scalar,
  type Shape,
  shorthand,
  text,
} from './shapes.js';

const milliseconds = integer(1, 86_400_000);
const microUsd = integer(0, 1_000_000_000_000);
const modelName = text(/^\S(?:.{0,254}\S)?$/, 'a model name of at most 256 characters');
const targetName = text(/^[a-zA-Z0-9][\w.-]{0,63}$/, 'a name of letters, digits, ".", "_" and "-", at most 64 long');
const day = text(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, 'a day such as 2026-11-01');

/** `5%`, or `0.05`. */
const share = scalar(
  {
    anyOf: [
      { type: 'string', pattern: '^\\d{1,2}(\\.\\d+)?%$' },
      { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    ],
  },
  'a share such as 5%, above 0 and below 100%',
  (value) => {
    const part =
      typeof value === 'string' && /^\d{1,2}(\.\d+)?%$/.test(value) ? Number(value.slice(0, -1)) / 100 : Number(value);
    return (typeof value === 'string' || typeof value === 'number') && part > 0 && part < 1 ? part : undefined;
  },
);

const weight = scalar({ type: 'number', exclusiveMinimum: 0 }, 'a number above 0', (value) =>
  typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : undefined,
);

const target = object({
  name: required(targetName, 'Unique. Clients read it in x-proxy-upstream; usage and logs name it.'),
  provider: required(
    choice('anthropic', 'azure-openai', 'openai', 'openai-compatible'),
    'The kind of upstream: which protocol it speaks.',
  ),
  baseUrl: required(
    endpoint,
    'Its base URL; may be ${env:NAME}. With /v1 for openai and openai-compatible, without it for the others.',
  ),
  apiKey: optional(secretReference, 'Its key, as ${env:NAME}. A key itself is refused.'),
  apiKeyEnv: optional(secretVariable, 'The same as apiKey, with only the name of the variable.'),
  bearerToken: optional(secretReference, 'An OAuth token (Microsoft Entra) instead of the key, as ${env:NAME}.'),
  model: optional(modelName, 'The model or deployment that serves every request here, whatever name was asked for.'),
  baseModel: optional(
    modelName,
    'The model behind a deployment whose name does not tell it; decides the capabilities.',
  ),
  apiVersion: optional(
    text(/^\d{4}-\d{2}-\d{2}(-preview)?$/, 'a version such as 2024-10-21 or 2025-04-01-preview'),
    'azure-openai alone: selects the classic deployment paths.',
  ),
  capabilities: optional(capabilitiesShape, 'What differs from the built-in table of models.'),
  timeouts: optional(
    object({
      connectMs: optional(milliseconds, 'Until the connection is established, TLS included.'),
      firstByteMs: optional(milliseconds, 'Until the headers of a streamed answer.'),
      idleMs: optional(milliseconds, 'Between two reads of an answer.'),
      totalMs: optional(milliseconds, 'The whole call.'),
    }),
    'In milliseconds.',
  ),
  maxConcurrent: optional(integer(1, 100_000), 'Calls in progress at once, per replica.'),
  queue: optional(
    object({
      max: required(integer(0, 100_000), 'Calls that may wait for a slot; further ones are refused at once.'),
      waitMs: required(milliseconds, 'How long they wait before they are refused.'),
    }),
    'What happens beyond maxConcurrent.',
  ),
});

const routeTarget = shorthand(
  targetName,
  object({
    target: required(targetName, 'Name of a target.'),
    alias: optional(modelName, 'The model name to ask this target for, instead of the one that the client sent.'),
    weight: optional(weight, 'Targets with a weight share the traffic in proportion and come before those without.'),
    canary: optional(share, "This share of the traffic is tried here first. A canary is nobody's fallback."),
  }),
  (name) => ({ target: name }),
);

const route = object({
  match: required(oneOrMore(modelName), 'Model names that clients ask for; * stands for any run of characters.'),
  alias: optional(modelName, 'The model name to ask upstream for, instead of the one that the client sent.'),
  targets: required(list(routeTarget), 'Where these models are served, in the order in which they are tried.'),
  sticky: defaulted(
    choice('session', 'none'),
    'session',
    'session: one session stays with one target, and so with its prompt cache.',
  ),
  fallback: defaulted(flag, true, 'false: only the chosen target is tried.'),
});

const price = object({
  asOf: required(day, "The day on which the vendor's list said so."),
  input: required(microUsd, 'Input that was neither read from nor written to a cache.'),
  output: required(microUsd, 'Output, reasoning included.'),
  cacheRead: optional(microUsd, 'Input read from the prompt cache.'),
  cacheWrite5m: optional(microUsd, 'Input written to the prompt cache for five minutes.'),
  cacheWrite1h: optional(microUsd, 'Input written to the prompt cache for an hour.'),
});

const retries = object({
  maxAttempts: defaulted(
    integer(1, 10),
    defaultRetries.maxAttempts,
    'Calls in all for one request; a route with more targets than this calls each of them once.',
  ),
  baseDelayMs: defaulted(
    milliseconds,
    defaultRetries.baseDelayMs,
    'Ceiling of the first pause; it doubles with each retry.',
  ),
  maxDelayMs: defaulted(
    milliseconds,
    defaultRetries.maxDelayMs,
    'Ceiling of all pauses, and the longest retry-after that is waited for.',
  ),
});

/** The whole file. */
export const routeFileShape = object({
  targets: defaulted(list(target, 0), [], 'Upstreams, besides those that the environment names.'),
  routes: optional(
    list(route),
    "The first that fits a model name decides; without any, each vendor's names go to that vendor.",
  ),
  prices: defaulted(
    dictionary(price),
    new Map(),
    "By prefix of the upstream model's name, the longest that fits: micro-USD for a million tokens (5000000 is $5).",
  ),
  retries: defaulted(retries, defaultRetries, 'Pauses and attempts before the first byte of an answer.'),
});

/** The JSON schema of route files, for editors; docs/gateway-config.schema.json is this. */
export const routeFileSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Route file of Claude Proxy (GATEWAY_CONFIG, GATEWAY_CONFIG_YAML)',
  ...routeFileShape.schema,
};

export type RouteFile = typeof routeFileShape extends Shape<infer T> ? T : never;
