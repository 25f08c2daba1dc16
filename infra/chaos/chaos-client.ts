import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Product } from '#testing';
import type { RequestPlan } from './request-plan.js';

/** What the client saw of its request. */
export type Seen = 'answered' | 'refused' | 'broken' | 'left';

export function correlationIdOf({ number }: RequestPlan): string {
  return `chaos-request-${number}.`;
}

/** Sends the request as planned, on a connection of its own, and leaves when it is planned. Never rejects. */
export async function sendRequest({ url, key }: Product, plan: RequestPlan): Promise<Seen> {
  const { promise, resolve } = Promise.withResolvers<Seen>();
  const request = httpRequest(`${url}${plan.path}`, {
    method: 'POST',
    agent: false,
    headers: {
      'x-api-key': key,
      'content-type': 'application/json',
      'x-correlation-id': correlationIdOf(plan),
    },
  });
  request.on('error', () => resolve('broken'));
  request.on('response', (response: IncomingMessage) => {
    const seen = response.statusCode === 200 ? 'answered' : 'refused';
    response.on('error', () => resolve('broken')).once('end', () => resolve(seen));
    response.resume();
  });
  request.end(JSON.stringify(bodyOf(plan)));
  const { leavesAfterMs } = plan;
  const timer =
    leavesAfterMs === undefined
      ? undefined
      : setTimeout(() => {
          resolve('left');
          request.destroy();
        }, leavesAfterMs);
  const seen = await promise;
  clearTimeout(timer);
  return seen;
}

function bodyOf(plan: RequestPlan): object {
  const { path, stream, targets, upstream } = plan;
  const model = `claude-${targets}-${upstream}`;
  const content = `This is ${correlationIdOf(plan)} Say something.`;
  if (path === '/v1/responses') return { model, stream, input: content };
  return { model, stream, max_tokens: 1024, messages: [{ role: 'user', content }] };
}
