import type { EndpointDocument } from './documented.decorator.js';

const model = 'claude-opus-5';
const user = [{ role: 'user', content: 'Say hello in one word.' }];
const anthropic = 'https://docs.claude.com/en/api';
const openai = 'https://platform.openai.com/docs/api-reference';

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
    streams: true,
  },
  countTokens: {
    summary: 'Count the tokens of a Messages request',
    description: '`x-proxy-token-count` says whether the upstream counted (`exact`) or the gateway did (`estimated`).',
    reference: `${anthropic}/messages-count-tokens`,
    examples: { plain: { summary: 'A question', value: { model, messages: user } } },
    status: 200,
    answer: '`{"input_tokens": …}`',
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
    streams: true,
  },
  completions: {
    summary: 'OpenAI Completions (legacy)',
    reference: `${openai}/completions`,
    examples: { plain: { summary: 'A prompt', value: { model, prompt: 'Say hello.', max_tokens: 16 } } },
    status: 200,
    answer: 'A text completion, or its chunks.',
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
  },
  model: {
    summary: 'One model',
    path: { id: 'Its name; slashes may stand as they are.' },
    status: 200,
    answer: 'The model.',
  },
  usage: {
    summary: 'What your keys have used',
    description:
      'Tokens by kind and cost, summed from `from` to before `to` (UTC days; the last 30 days by default) and grouped by any of ' +
      'day, model, provider and key. CSV with `format=csv` or `Accept: text/csv`.',
    query: {
      from: 'A date or a time, `2026-11-01` or `2026-11-01T08:00:00Z`: what began then or later.',
      to: 'A date or a time: what began before it.',
      group_by: '`day,model` for instance; `day` by default, and one row in all where it is empty.',
      format: '`json` or `csv`.',
    },
    status: 200,
    answer: 'The rows.',
  },
  enqueue: {
    summary: 'Hand in a durable request',
    description:
      'The 202 is a promise: the request is committed and will be finished, once, whatever fails in between. `request` is a ' +
      'body of any dialect above; `dialect` (messages, chat, responses, completions, complete) is inferred where it is left out. ' +
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
  },
  job: {
    summary: 'Ask after a durable request',
    description:
      'Status, timestamps and attempts; `result` is the answer in the dialect of the request, `error` its error. A finished job ' +
      'is kept for 30 days unless the operator has set another time (JOB_RETENTION_DAYS); after that it is a 404.',
    path: { id: 'As `/api/enqueue` told it.' },
    status: 200,
    answer: 'The job.',
  },
} as const satisfies Record<string, EndpointDocument>;

/** These endpoints are shared with the worker, which has no documentation of its own. */
export const sharedSummaries: Readonly<Record<string, string>> = {
  '/health': 'What works and what does not, part by part: 200 for ok and degraded, 503 else',
  '/metrics': 'Metrics in Prometheus text',
  '/health/live': 'The process runs',
  '/health/ready': 'The process takes requests: 503 from the first moment of a shutdown',
};
