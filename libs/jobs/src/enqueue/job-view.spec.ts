import { describe, expect, it } from '@jest/globals';
import type { JobRow } from '#persistence';
import { jobView } from './job-view.js';

const queued: JobRow = {
  id: '0b1f7a52-58f5-4c86-9a3c-3a3f3f3f3f3f',
  status: 'queued',
  dialect: 'messages',
  model: 'claude-opus-5',
  metadata: { order: 7 },
  correlation_id: 'c',
  attempt: 0,
  max_attempts: 5,
  result_status: null,
  result_headers: null,
  result_body: null,
  error: null,
  created_at: '2026-11-21 08:00:00.123456+00',
  started_at: null,
  finished_at: null,
  updated_at: '2026-11-21 08:00:00.123456+00',
};

describe('jobView', () => {
  it('tells of a job that waits', () => {
    expect(JSON.parse(jobView(queued))).toEqual({
      job_id: queued.id,
      status: 'queued',
      status_url: `/api/jobs/${queued.id}`,
      created_at: '2026-11-21T08:00:00.123Z',
      started_at: null,
      finished_at: null,
      attempts: 0,
      metadata: { order: 7 },
      model: 'claude-opus-5',
    });
  });

  it('holds the answer character for character', () => {
    const body = '{"content":[ {"type":"text","text":"\\u00e9"} ],"big":12345678901234567890}';
    expect(jobView({ ...queued, status: 'succeeded', result_status: 200, result_body: body })).toContain(
      `,"result":${body}}`,
    );
  });

  it('tells with the answer what could not be kept', () => {
    const succeeded = { ...queued, status: 'succeeded' as const, result_status: 200, result_body: '{}' };
    expect(JSON.parse(jobView(succeeded))).toMatchObject({ warnings: [], result: {} });
    const headers = { 'request-id': 'r', 'x-proxy-warnings': 'seed_dropped,top_k_dropped' };
    expect(JSON.parse(jobView({ ...succeeded, result_headers: headers }))).toMatchObject({
      warnings: ['seed_dropped', 'top_k_dropped'],
    });
  });

  it('says a failure as the dialect does', () => {
    const failed = { ...queued, status: 'failed' as const, error: { code: 'overloaded', message: 'Overloaded' } };
    expect(JSON.parse(jobView(failed))).toMatchObject({
      error: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' }, request_id: queued.id },
    });
    const exhausted = { ...failed, error: { code: 'attempts_exhausted', message: 'The job was started 5 times.' } };
    expect(JSON.parse(jobView(exhausted))).toMatchObject({
      error: { error: { type: 'api_error', message: 'The job was started 5 times.' } },
    });
  });

  it('says a refusal of the upstream in its own words', () => {
    const body = '{"type":"error","error":{"type":"invalid_request_error","message":"no"},"request_id":"req_1"}';
    const failed = { ...queued, status: 'failed' as const, error: { code: 'invalid_request', message: 'no' } };
    const view = jobView({ ...failed, result_status: 400, result_body: body });
    expect(view).toContain(`,"error":${body}}`);
    expect(view).not.toContain('"result"');
  });
});
