import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { GatewayError } from '../gateway-error.js';
import { errorFromUpstream, errorFromUpstreamEvent, type UpstreamFailure } from './error-from-upstream.js';

function errorOf(status: number, error: unknown, more: Partial<UpstreamFailure> = {}): GatewayError {
  const body = typeof error === 'string' ? error : JSON.stringify({ error });
  return errorFromUpstream({ status, headers: {}, body, model: 'claude-opus-5-5', ...more });
}

describe('a full context', () => {
  it.each([
    [
      {
        code: 'context_length_exceeded',
        message:
          "This model's maximum context length is 128000 tokens. However, your messages resulted in 130001 tokens. Please reduce the length of the messages.",
      },
      130_001,
      128_000,
    ],
    [
      {
        code: 'context_length_exceeded',
        message: 'Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300000 tokens.',
      },
      300_000,
      272_000,
    ],
    [
      {
        code: 'context_length_exceeded',
        message: 'Your input exceeds the context window of this model. Please adjust your input and try again.',
      },
      400_001,
      400_000,
    ],
    [
      {
        code: 400,
        type: 'exceed_context_size_error',
        message: 'the request exceeds the available context size',
        n_prompt_tokens: 9000,
        n_ctx: 8192,
      },
      9000,
      8192,
    ],
    [
      {
        code: 400,
        message:
          "This model's maximum context length is 4,096 tokens. However, you requested 512 output tokens and your prompt contains at least 5000 input tokens",
      },
      5000,
      4096,
    ],
  ])('%j reads as Claude Code’s compaction expects it', (error, tokens, maximum) => {
    const result = errorOf(400, error, { contextWindow: 400_000 });
    expect(result).toMatchObject({ code: 'invalid_request', context: { openaiCode: 'context_length_exceeded' } });
    expect(result.message).toBe(`prompt is too long: ${tokens} tokens > ${maximum} maximum`);
  });

  it.each([
    "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (4700 in the messages, 300 in the functions, and 4000 in the completion). Please reduce the length.",
    "'max_tokens' is too large: 4000. This model's maximum context length is 8192 tokens and your request has 5000 input tokens (4000 > 8192 - 5000).",
  ])('because of max_tokens names the three numbers (%s)', (message) => {
    expect(errorOf(400, { message }).message).toBe(
      'input length and `max_tokens` exceed context limit: 5000 + 4000 > 8192',
    );
  });

  it('of the output alone names both numbers', () => {
    const message =
      'max_tokens is too large: 128000. This model supports at most 16384 completion tokens, whereas you provided 128000.';
    expect(errorOf(400, { message, param: 'max_tokens' }).message).toBe(
      'max_tokens: 128000 > 16384, which is the maximum allowed number of output tokens for this model',
    );
  });
});

describe('an upstream’s refusal', () => {
  it.each<[number, unknown, string]>([
    [400, { message: 'bad' }, 'invalid_request'],
    [415, { message: 'bad' }, 'invalid_request'],
    [422, { message: 'bad' }, 'invalid_request'],
    [401, { code: '401', message: 'Access denied due to invalid subscription key' }, 'upstream_rejected_credentials'],
    [403, { message: 'no' }, 'upstream_rejected_credentials'],
    [403, { message: 'Access denied by the network policy of this resource' }, 'upstream_rejected_credentials'],
    [403, { message: 'Your input was flagged by moderation' }, 'forbidden'],
    [402, { message: 'Insufficient Balance' }, 'billing'],
    [404, { code: 'DeploymentNotFound', message: 'x' }, 'not_found'],
    [408, {}, 'upstream_timeout'],
    [409, {}, 'conflict'],
    [413, '<html>413 Request Entity Too Large</html>', 'too_large'],
    [429, { message: 'slow down' }, 'rate_limited'],
    [429, { code: 'insufficient_quota', message: 'You exceeded your current quota' }, 'billing'],
    [500, { message: 'x' }, 'upstream_failed'],
    [502, '<html>Bad gateway</html>', 'upstream_failed'],
    [503, { message: 'x' }, 'overloaded'],
    [504, '', 'upstream_timeout'],
    [520, '', 'overloaded'],
    [524, '', 'overloaded'],
    [529, '', 'overloaded'],
  ])('%i %j is %s', (status, error, code) => {
    expect(errorOf(status, error).code).toBe(code);
  });

  it('of the gateway’s key is not the client’s 401 and says nothing of the account', () => {
    const error = errorOf(401, {
      message: 'Incorrect API key provided: sk-proj-abcdef123456. See https://platform.openai.com',
    });
    expect(error.status).toBe(502);
    expect(error.message).toBe("The upstream refused the gateway's credentials.");
  });

  it('of the model names the model that the client asked for', () => {
    const error = errorOf(404, { code: 'model_not_found', message: 'The model `gpt-9` does not exist' });
    expect(error).toMatchObject({ message: 'model: claude-opus-5-5', context: { openaiCode: 'model_not_found' } });
  });

  it('for a used up quota is not retried', () => {
    expect(errorOf(429, { type: 'insufficient_quota', message: 'x' })).toMatchObject({ status: 402, retryable: false });
  });

  it('of a parameter names it, without the operator’s secrets', () => {
    const error = errorOf(400, {
      message: 'Bad value at https://my-res.openai.azure.com/x for org-AbCdEf123',
      param: 'foo.bar',
      code: 'x',
    });
    expect(error.message).toBe('Bad value at [link] for [account] (param: foo.bar)');
    expect(error.context.path).toBe('foo.bar');
  });

  it.each([
    [{ message: 'Invalid image: could not decode' }, /^Could not process image: /],
    [{ code: 'invalid_image_format', message: 'x' }, /^Could not process image: /],
    [{ message: 'This model does not support PDF files' }, /does not support PDF input/],
    [
      { code: 'invalid_encrypted_content', message: 'The encrypted content gAAA could not be verified.' },
      /Invalid `signature` in `thinking` block/,
    ],
    [{ message: "Item with id 'rs_0123' not found." }, /Invalid `signature` in `thinking` block/],
  ])('%j uses the words on which Claude Code mends its request', (error, message) => {
    expect(errorOf(400, error)).toMatchObject({ code: 'invalid_request', message: expect.stringMatching(message) });
  });

  it('by Azure’s content filter names the categories and is not retried', () => {
    const innererror = {
      code: 'ResponsibleAIPolicyViolation',
      content_filter_result: {
        hate: { filtered: false, severity: 'safe' },
        jailbreak: { filtered: true, detected: true },
        violence: { filtered: true },
      },
    };
    const error = errorOf(400, {
      message: 'The response was filtered…',
      type: null,
      param: 'prompt',
      code: 'content_filter',
      status: 400,
      innererror,
    });
    expect(error).toMatchObject({
      code: 'invalid_request',
      retryable: false,
      message: expect.stringContaining('(jailbreak, violence)'),
    });
    expect(error.context.shouldRetry).toBe(false);
  });
});

describe('the wait after a 429', () => {
  it.each<[Record<string, string>, string, number | undefined]>([
    [{ 'retry-after-ms': '1200', 'retry-after': '9' }, '', 1.2],
    [{ 'retry-after': '7' }, '', 7],
    [{ 'retry-after': '0.3' }, '', 0.3],
    [{ 'x-ratelimit-reset-requests': '120ms', 'x-ratelimit-reset-tokens': '6m0s' }, '', 360],
    [
      {
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-tokens': '6m0s',
        'x-ratelimit-remaining-tokens': '9',
      },
      '',
      1,
    ],
    [{}, 'Rate limit reached. Please try again in 1m2.5s. Visit', 62.5],
    [{}, 'Please retry after 6 seconds.', 6],
    [{ 'retry-after': 'soon' }, '', undefined],
    [{}, '', undefined],
  ])('of %j %j is %s seconds', (headers, message, seconds) => {
    expect(errorOf(429, { message }, { headers }).context.retryAfterSeconds).toBe(seconds);
  });

  it('is read from an HTTP date', () => {
    const at = new Date(Date.now() + 30_000).toUTCString();
    expect(errorOf(429, {}, { headers: { 'retry-after': at } }).context.retryAfterSeconds).toBeGreaterThan(25);
  });
});

function codeOfEvent(error: unknown): string {
  return errorFromUpstreamEvent({ type: 'error', error }, 'm').code;
}

describe('an error body', () => {
  it.each([
    ['plain words', 'plain words'],
    [JSON.stringify({ error: 'a string' }), 'a string'],
    [JSON.stringify({ message: 'top level' }), 'top level'],
    [JSON.stringify({ detail: 'FastAPI' }), 'FastAPI'],
    [
      JSON.stringify({ detail: [{ loc: ['body', 'foo'], msg: 'Input should be x', type: 'y' }] }),
      'Input should be x (param: foo)',
    ],
    [JSON.stringify([{ error: { message: 'in a list' } }]), 'in a list'],
    [JSON.stringify({ errors: [{ message: 'one of many' }] }), 'one of many'],
    ['<html><body>nginx</body></html>', 'The upstream refused the request (400).'],
    ['', 'The upstream refused the request (400).'],
  ])('%s says %s', (body, message) => {
    expect(errorOf(400, body).message).toBe(message);
  });

  it('of any kind is an error of ours, and nothing else is thrown', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 400, max: 599 }),
        fc.oneof(fc.json(), fc.string(), fc.anything()),
        (status, body) => {
          expect(errorFromUpstream({ status, headers: {}, body, model: 'm' })).toBeInstanceOf(GatewayError);
          expect(errorFromUpstreamEvent(body, 'm')).toBeInstanceOf(GatewayError);
        },
      ),
    );
  });

  it('in a stream has its status from its code', () => {
    expect(codeOfEvent({ code: 'server_is_overloaded', message: 'x' })).toBe('overloaded');
    expect(codeOfEvent({ code: 429, message: 'x' })).toBe('rate_limited');
    expect(codeOfEvent({ type: 'server_error', message: 'x' })).toBe('upstream_failed');
    expect(codeOfEvent({ code: 'context_length_exceeded', message: 'x' })).toBe('invalid_request');
    expect(errorFromUpstreamEvent({ type: 'error', code: 'rate_limit_exceeded', message: 'x' }, 'm').code).toBe(
      'rate_limited',
    );
  });
});

describe('the cause, which is logged,', () => {
  const secret = 'sk-proj-abcdef123456 said: my password is hunter2';

  it('holds the status and the upstream’s names for the failure', () => {
    const error = errorOf(400, { type: 'invalid_request_error', code: 'context_length_exceeded', message: secret });
    expect(String(error.cause)).toBe('Error: upstream answered 400 (invalid_request_error, context_length_exceeded)');
    expect(String(errorOf(401, { code: '401', message: secret }).cause)).toBe('Error: upstream answered 401 (401)');
  });

  it.each([
    ['words', { type: secret, code: secret, message: secret, param: secret }],
    ['a key', { type: 'sk-proj-abcdef123456', code: 'AKIAIOSFODNN7EXAMPLE', message: secret }],
    ['anything', { type: [secret], code: { secret }, message: secret, detail: secret }],
  ])('holds nothing else, where the names are %s', (_what, body) => {
    for (const error of [errorOf(400, body), errorOf(500, JSON.stringify(body)), errorFromUpstreamEvent(body, 'm')]) {
      expect(String(error.cause)).toMatch(/^Error: upstream (?:answered \d+|reported an error in its stream)$/);
    }
    expect(String(errorOf(500, secret).cause)).toBe('Error: upstream answered 500');
  });
});

it('a refusal for what was asked is the client’s own, and is not retried', () => {
  const error = errorOf(403, { message: 'Your input was flagged. See https://host/policy', code: 403 });
  expect(error).toMatchObject({ status: 403, retryable: false, message: 'Your input was flagged. See [link]' });
});

it('does not take the state of limits that are not used up for a reason to wait after another failure', () => {
  const headers = { 'x-ratelimit-remaining-tokens': '149999', 'x-ratelimit-reset-tokens': '6m0s' };
  const failed = (status: number) => errorFromUpstream({ status, headers, body: '', model: 'm' });
  expect(failed(503).context.retryAfterSeconds).toBeUndefined();
  expect(failed(429).context.retryAfterSeconds).toBe(360);
});
