import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { GatewayAnswer } from '#gateway';
import { requestContext } from '#observability';

/** Writes an answer as it comes, no faster than the client reads. Resolves as well when the client has gone. */
export async function writeAnswer(answer: GatewayAnswer, response: ServerResponse, gone: AbortSignal): Promise<void> {
  const { body } = answer;
  const context = requestContext.getStore();
  if (typeof body === 'string' || body instanceof Uint8Array) {
    response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(body) }).end(body);
    context?.begunToAnswer();
    return;
  }
  response.writeHead(answer.status, answer.headers);
  response.socket?.setNoDelay(true);
  for await (const chunk of body) {
    if (gone.aborted) return;
    const mayGoOn = response.write(chunk);
    context?.begunToAnswer();
    if (!mayGoOn) await drained(response, gone);
  }
  response.end();
}

async function drained(response: ServerResponse, gone: AbortSignal): Promise<void> {
  try {
    await once(response, 'drain', { signal: gone });
  } catch (error) {
    if (!gone.aborted) throw error;
  }
}
