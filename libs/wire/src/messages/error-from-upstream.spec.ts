import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { errorFromAnthropic, errorFromAnthropicEvent } from './error-from-upstream.js';

function failure(status: number, type: string, message: string, headers: Record<string, string> = {}) {
  return errorFromAnthropic({
    status,
    headers,
    body: JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_up' }),
  });
}

describe('errorFromAnthropic', () => {
  it("keeps the upstream's words and the path in them", () => {
    const error = failure(400, 'invalid_request_error', 'messages.1.content.0.text: Field required');
    expect(error).toMatchObject({ code: 'invalid_request', message: 'messages.1.content.0.text: Field required' });
    expect(error.context.path).toBe('messages.1.content.0.text');
    expect(failure(400, 'invalid_request_error', 'prompt is too long: 5 tokens > 4 maximum').message).toBe(
      'prompt is too long: 5 tokens > 4 maximum',
    );
  });

  it('keeps details and what the upstream says of retrying', () => {
    const error = errorFromAnthropic({
      status: 529,
      headers: { 'retry-after': '1.5', 'x-should-retry': 'true' },
      body: JSON.stringify({
        error: { type: 'overloaded_error', message: 'Overloaded', details: { error_code: 'x' } },
      }),
    });
    expect(error.code).toBe('overloaded');
    expect(error.context).toMatchObject({ retryAfterSeconds: 1.5, shouldRetry: true, details: { error_code: 'x' } });
  });

  it.each([401, 403])("does not turn the operator's %d into the client's", (status) => {
    const error = failure(status, 'authentication_error', 'invalid x-api-key sk-ant-secret');
    expect(error).toMatchObject({ code: 'upstream_rejected_credentials', status: 502 });
    expect(error.message).not.toContain('sk-ant');
  });

  it('leaves a refusal for what was asked to the client', () => {
    const error = failure(403, 'permission_error', 'Blocked under our usage policy.');
    expect(error).toMatchObject({ code: 'forbidden', status: 403, message: 'Blocked under our usage policy.' });
  });

  it('tells the log the status and the type, and no word of the body', () => {
    const prompt = 'my password is hunter2';
    expect(String(failure(400, 'invalid_request_error', prompt).cause)).toBe(
      'Error: upstream answered 400 (invalid_request_error)',
    );
    expect(String(failure(400, prompt, prompt).cause)).toBe('Error: upstream answered 400');
    const event = {
      type: 'error',
      error: { type: 'overloaded_error', message: prompt, details: { error_code: prompt } },
    };
    expect(String(errorFromAnthropicEvent(event).cause)).toBe(
      'Error: upstream reported an error in its stream (overloaded_error)',
    );
  });

  it('takes an empty account for billing, though it comes as a 400', () => {
    const error = failure(400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.');
    expect(error.code).toBe('billing');
    expect(error.message).not.toContain('credit balance');
  });

  it('does not take what a client has written for an empty account', () => {
    const limits =
      'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.';
    expect(failure(400, 'invalid_request_error', limits).code).toBe('billing');
    const tag = 'reached your specified '.repeat(40_000);
    const quoting = `Input tag '${tag}' found using 'type' does not match any of the expected tags; see our usage limits`;
    expect(failure(400, 'invalid_request_error', quoting).code).toBe('invalid_request');
  });

  it.each([
    [404, 'not_found_error', 'not_found'],
    [409, 'conflict_error', 'conflict'],
    [413, 'request_too_large', 'too_large'],
    [413, 'invalid_request_error', 'too_large'],
    [422, 'invalid_request_error', 'invalid_request'],
    [429, 'rate_limit_error', 'rate_limited'],
    [500, 'api_error', 'upstream_failed'],
    [500, 'overloaded_error', 'overloaded'],
    [503, 'api_error', 'overloaded'],
    [504, 'timeout_error', 'upstream_timeout'],
    [529, 'api_error', 'overloaded'],
  ])('maps %d %s to %s', (status, type, code) => {
    expect(failure(status, type, 'm').code).toBe(code);
  });

  it.each([
    '<html>502 Bad Gateway cloudflare host-17</html>',
    '{"type":"error","err',
    '',
    '[]',
    '{"error":"x"}',
    'null',
  ])('reads the status where the body is %j, and shows nothing of it', (body) => {
    const error = errorFromAnthropic({ status: 502, headers: {}, body });
    expect(error).toMatchObject({ code: 'upstream_failed', message: 'The upstream failed (502).' });
  });

  it('understands a retry-after that is a date', () => {
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    expect(
      failure(429, 'rate_limit_error', 'm', { 'retry-after': inAMinute }).context.retryAfterSeconds,
    ).toBeGreaterThan(50);
    expect(failure(429, 'rate_limit_error', 'm', { 'retry-after': 'soon' }).context.retryAfterSeconds).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.nat(999), fc.oneof(fc.string(), fc.json()), fc.jsonValue(), (status, body, event) => {
        errorFromAnthropic({ status, headers: {}, body });
        errorFromAnthropicEvent(event);
      }),
    );
  });
});

describe('errorFromAnthropicEvent', () => {
  it('goes by the type alone', () => {
    expect(
      errorFromAnthropicEvent({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    ).toMatchObject({
      code: 'overloaded',
      message: 'Overloaded',
    });
    expect(errorFromAnthropicEvent({ type: 'error' }).code).toBe('upstream_failed');
  });
});
