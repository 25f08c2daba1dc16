import { describe, expect, it } from '@jest/globals';
import { formatError } from './error-body.js';
import { type ErrorCode, errorTable, GatewayError } from './gateway-error.js';

describe('formatError', () => {
  it('writes Anthropic envelopes with details and the request id', () => {
    const error = new GatewayError('invalid_request', 'no threads', {
      details: { error_code: 'thread_unsupported_request' },
    });
    expect(formatError('messages', error, 'req_1')).toEqual({
      status: 400,
      headers: {},
      body: {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'no threads',
          details: { error_code: 'thread_unsupported_request' },
        },
        request_id: 'req_1',
      },
    });
    expect(formatError('complete', error, 'req_1')).toEqual(formatError('messages', error, 'req_1'));
  });

  it('writes OpenAI envelopes with the path as OpenAI writes paths', () => {
    const error = new GatewayError('invalid_request', 'bad', { path: 'messages.0.content.12.text' });
    expect(formatError('chat', error, 'req_1')).toEqual({
      status: 400,
      headers: {},
      body: {
        error: { message: 'bad', type: 'invalid_request_error', param: 'messages[0].content[12].text', code: null },
      },
    });
  });

  it.each([
    ['unauthenticated', 401, 'invalid_request_error', 'invalid_api_key'],
    ['billing', 429, 'insufficient_quota', 'insufficient_quota'],
    ['forbidden', 403, 'invalid_request_error', 'insufficient_permissions'],
    ['not_found', 404, 'invalid_request_error', 'model_not_found'],
    ['conflict', 409, 'invalid_request_error', 'conflict'],
    ['too_large', 413, 'invalid_request_error', 'request_too_large'],
    ['rate_limited', 429, 'rate_limit_error', 'rate_limit_exceeded'],
    ['upstream_failed', 500, 'server_error', 'server_error'],
    ['upstream_timeout', 504, 'server_error', 'timeout'],
    ['overloaded', 503, 'server_error', 'overloaded'],
  ] as const)('shows %s to OpenAI clients as %d %s/%s', (code, status, type, openaiCode) => {
    expect(formatError('responses', new GatewayError(code, 'm'), 'r')).toMatchObject({
      status,
      body: { error: { type, code: openaiCode } },
    });
  });

  it('takes no failure of an upstream for a full context, whatever its words', () => {
    const error = new GatewayError('upstream_failed', 'prompt is too long: the upstream has failed over it');
    expect(formatError('chat', error, 'r').body).toMatchObject({ error: { code: 'server_error', param: null } });
  });

  it('gives a full context the code on which Codex starts compaction', () => {
    const error = new GatewayError('invalid_request', 'prompt is too long: 300000 tokens > 272000 maximum');
    expect(formatError('responses', error, 'r').body).toMatchObject({
      error: { code: 'context_length_exceeded', param: 'input' },
    });
    expect(formatError('chat', error, 'r').body).toMatchObject({
      error: { code: 'context_length_exceeded', param: 'messages' },
    });
  });

  it('prefers the exact code that an upstream gave', () => {
    const error = new GatewayError('invalid_request', 'filtered', { openaiCode: 'content_filter' });
    expect(formatError('chat', error, 'r').body).toMatchObject({ error: { code: 'content_filter' } });
  });

  it('says which methods a path has', () => {
    const error = new GatewayError('method_not_allowed', 'm', { allow: 'GET, HEAD' });
    for (const dialect of ['messages', 'chat'] as const)
      expect(formatError(dialect, error, 'r')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('rounds retry-after up to whole seconds, and says it to the millisecond beside it', () => {
    for (const [retryAfterSeconds, headers] of [
      [1.1, { 'retry-after': '2', 'retry-after-ms': '1100' }],
      [2, { 'retry-after': '2' }],
      [-0.5, { 'retry-after': '0' }],
    ] as const) {
      const error = new GatewayError('rate_limited', 'slow', { retryAfterSeconds });
      expect(formatError('messages', error, 'r').headers).toEqual(headers);
    }
  });

  it('tells SDKs not to retry exactly where they would in vain', () => {
    for (const code of Object.keys(errorTable) as ErrorCode[]) {
      const error = new GatewayError(code, 'm');
      for (const dialect of ['messages', 'chat'] as const) {
        const { status, headers } = formatError(dialect, error, 'r');
        const retried =
          headers['x-should-retry'] ?? String(status === 408 || status === 409 || status === 429 || status >= 500);
        expect([code, retried]).toEqual([code, String(error.retryable)]);
      }
    }
    expect(
      formatError('messages', new GatewayError('invalid_request', 'm', { shouldRetry: false }), 'r').headers,
    ).toEqual({
      'x-should-retry': 'false',
    });
  });
});
