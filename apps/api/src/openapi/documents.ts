import type { EndpointDocument, SharedDocument, StatusTexts } from './documented.decorator.js';

const model = 'claude-opus-5';
const user = [{ role: 'user', content: 'Say hello in one word.' }];
const anthropic = 'https://docs.claude.com/en/api';
const openai = 'https://platform.openai.com/docs/api-reference';

/** Of every endpoint that asks for a key. */
const guarded = {
  401: 'No key, or an unknown one.',
  429: 'Too many requests; `retry-after` says when to come back.',
} as const satisfies StatusTexts;

const brokenPath = 'The path is not percent-encoded as it should be.';
const missingDatabase = 'The database does not answer, or none is configured (then with `x-should-retry: false`).';

const bodyErrors = {
  400: 'The request cannot be served as it is; the message names the path in its body.',
  413: 'The request is too large, for the gateway (32 MB) or for the upstream.',
  415: 'The `content-encoding` is none of gzip, deflate, br and zstd.',
} as const satisfies StatusTexts;

const inferenceErrors = {
  ...guarded,
  ...bodyErrors,
  403: "The upstream's policy forbids the request.",
  404: 'The model is not routed, or its upstream does not know it.',
  409: 'The upstream reports a conflict.',
  429: 'Too many requests, for the gateway or for its upstream; `retry-after` says when to come back.',
  500: 'The upstream failed, or the gateway did.',
  501: 'The upstream does not support what was asked for.',
  502: "The upstream cannot be reached, its answer makes no sense, or it refused the gateway's own key.",
  504: 'The upstream did not answer in time.',
} as const satisfies StatusTexts;

const spared = 'The upstream is overloaded, or not called for a moment after failures; `retry-after` says how long.';

const anthropicErrors = {
  ...inferenceErrors,
  402: "The account of the gateway's operator at the upstream is empty.",
  529: spared,
} as const satisfies StatusTexts;

const openaiErrors = {
  ...inferenceErrors,
  429: "Too many requests, or the quota of the gateway's operator is used up (`insufficient_quota`).",
  503: spared,
} as const satisfies StatusTexts;

/** Where an upstream may speak the client's own dialect. The legacy ones are always translated. */
const relayedErrors = {
  default: "Another refusal of an upstream that speaks the client's dialect, as it came.",
} as const satisfies StatusTexts;

const messagesErrors = {
  ...anthropicErrors,
  ...relayedErrors,
  503: 'The upstream reports that it is unavailable.',
} as const satisfies StatusTexts;

/** What the documentation says of each endpoint. */
export const documents = {
  messages: {
    summary: 'Anthropic Messages',
    description:
      'To an Anthropic upstream the bytes pass through unchanged; to any other the request is translated, and what cannot be ' +
      'kept is listed in `x-proxy-warnings` (with `x-proxy-strict: true` it is a 400).',
    reference: `${anthropic}/messages`,
    examples: {
      plain: { summary: 'A plain answer', value: { model, max_tokens: 64, messages: user } },
      stream: { summary: 'A streamed answer', value: { model, max_tokens: 64, stream: true, messages: user } },
      tools: {
        summary: 'With a tool',
        value: {
          model,
          max_tokens: 256,
          messages: user,
          tools: [
            {
              name: 'get_weather',
              description: 'The weather in a city',
              input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
            },
          ],
        },
      },
    },
    status: 200,
    answer: 'A message, or its events when `stream` is true.',
    errors: messagesErrors,
    streams: true,
  },
  countTokens: {
    summary: 'Count the tokens of a Messages request',
    description: '`x-proxy-token-count` says whether the upstream counted (`exact`) or the gateway did (`estimated`).',
    reference: `${anthropic}/messages-count-tokens`,
    examples: { plain: { summary: 'A question', value: { model, messages: user } } },
    status: 200,
    answer: '`{"input_tokens": …}`',
    errors: messagesErrors,
  },
  complete: {
    summary: 'Anthropic Text Completions (legacy)',
    reference: `${anthropic}/complete`,
    examples: {
      plain: {
        summary: 'A prompt',
        value: { model, max_tokens_to_sample: 64, prompt: '\n\nHuman: Say hello.\n\nAssistant:' },
      },
    },
    status: 200,
    answer: 'A completion, or its events.',
    errors: anthropicErrors,
    streams: true,
  },
  chatCompletions: {
    summary: 'OpenAI Chat Completions',
    reference: `${openai}/chat`,
    examples: {
      plain: { summary: 'A plain answer', value: { model, messages: user } },
      stream: {
        summary: 'A streamed answer with usage',
        value: { model, stream: true, stream_options: { include_usage: true }, messages: user },
      },
    },
    status: 200,
    answer: 'A chat completion, or its chunks.',
    errors: { ...openaiErrors, ...relayedErrors },
    streams: true,
  },
  responses: {
    summary: 'OpenAI Responses',
    description:
      'An upstream that speaks Responses gets the request as it is. Towards any other it is stateless: `previous_response_id` and ' +
      '`conversation` are refused, `store` is answered as false. `background` is always refused: `/api/enqueue` does that.',
    reference: `${openai}/responses`,
    examples: {
      plain: { summary: 'A plain answer', value: { model, input: 'Say hello in one word.' } },
      stream: { summary: 'A streamed answer', value: { model, stream: true, input: 'Say hello in one word.' } },
    },
    status: 200,
    answer: 'A response, or its events.',
    errors: { ...openaiErrors, ...relayedErrors },
    streams: true,
  },
  completions: {
    summary: 'OpenAI Completions (legacy)',
    reference: `${openai}/completions`,
    examples: { plain: { summary: 'A prompt', value: { model, prompt: 'Say hello.', max_tokens: 16 } } },
    status: 200,
    answer: 'A text completion, or its chunks.',
    errors: openaiErrors,
    streams: true,
  },
  models: {
    summary: 'The models that are routed',
    description:
      "In Anthropic's shape for its clients (`anthropic-version` or `x-api-key`), in OpenAI's for the others.",
    query: {
      limit: 'Anthropic clients: how many of a page, 1 to 1000; 20 by default.',
      after_id: 'Anthropic clients: the page that follows this model.',
      before_id: 'Anthropic clients: the page that ends before this model.',
    },
    status: 200,
    answer: 'A page of models.',
    errors: { ...guarded, 400: 'Anthropic clients: a parameter of the page is none, and is named.' },
  },
  model: {
    summary: 'One model',
    path: { id: 'Its name; slashes may stand as they are.' },
    status: 200,
    answer: 'The model.',
    errors: { ...guarded, 400: brokenPath, 404: 'There is no such model.' },
  },
  usage: {
    summary: 'What your keys have used',
    description:
      'Tokens by kind and cost, summed from `from` to before `to` (UTC days; the last 30 days by default) and grouped by any of ' +
      'day, model, provider and key. CSV with `format=csv` or `Accept: text/csv`. What no upstream told is in no sum: `untold` counts ' +
      'the operations whose tokens are not known, `unpriced` those whose cost is not; a sum of nothing but such is null.',
    query: {
      from: 'A date or a time, `2026-11-01` or `2026-11-01T08:00:00Z`: what began then or later.',
      to: 'A date or a time: what began before it.',
      group_by: '`day,model` for instance; `day` by default, and one row in all where it is empty.',
      format: '`json` or `csv`.',
    },
    status: 200,
    answer: 'The rows.',
    errors: { ...guarded, 400: 'A parameter of the query is none, and is named.', 503: missingDatabase },
  },
  enqueue: {
    summary: 'Hand in a durable request',
    description:
      'The 202 is a promise: the request is committed and will be finished, once, whatever fails in between. `request` is a ' +
      'body of any dialect above; `dialect` (messages, chat, responses, completions, complete) is inferred where it is left out: ' +
      '`messages` without `max_tokens` is Chat. ' +
      'A client that has no answer, or a 503, cannot know whether its request was committed: with an `idempotency-key` a retry ' +
      'meets the same job and is charged once, and another request under that key is a 409.',
    headers: {
      'idempotency-key':
        'Of your choice, 1 to 255 visible ASCII characters: requests that have it in common are one job.',
    },
    examples: {
      messages: {
        summary: 'A Messages request with metadata',
        value: { request: { model, max_tokens: 64, messages: user }, metadata: { order: 4711 } },
      },
      chat: { summary: 'A Chat request', value: { dialect: 'chat', request: { model, messages: user } } },
    },
    status: 202,
    answer: '`{"job_id", "status", "status_url"}`, with `location`.',
    errors: {
      ...guarded,
      ...bodyErrors,
      404: 'The model is not routed.',
      409: 'Another request has come with this `idempotency-key`.',
      503: missingDatabase,
    },
  },
  job: {
    summary: 'Ask after a durable request',
    description:
      'Status, timestamps and attempts; `result` is the answer in the dialect of the request, with `warnings`, the codes that ' +
      '`x-proxy-warnings` would list; `error` is its error. A finished job ' +
      'is kept for 30 days unless the operator has set another time (JOB_RETENTION_DAYS); after that it is a 404.',
    path: { id: 'As `/api/enqueue` told it.' },
    status: 200,
    answer: 'The job.',
    errors: {
      ...guarded,
      400: brokenPath,
      404: 'There is no such job, or it is not of your keys.',
      503: missingDatabase,
    },
  },
} as const satisfies Record<string, EndpointDocument>;

/** These endpoints are shared with the worker, which has no documentation of its own. */
export const sharedDocuments: Readonly<Record<string, SharedDocument>> = {
  '/health': {
    summary: 'What works and what does not, part by part',
    statuses: { 200: 'Everything works (`ok`), or well enough (`degraded`).', 503: 'A part is down; it is named.' },
    secured: false,
  },
  '/metrics': {
    summary: 'Metrics in Prometheus text',
    statuses: { 200: 'The metrics.', ...guarded },
    secured: true,
  },
  '/health/live': {
    summary: 'The process runs',
    statuses: { 200: 'It does.' },
    secured: false,
  },
  '/health/ready': {
    summary: 'The process takes requests',
    statuses: { 200: 'It does.', 503: 'It does not: a shutdown has begun.' },
    secured: false,
  },
};
