import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { GatewayAnswer } from '#gateway';
import { requestContext } from '#observability';

const maxCopiedBytes = 16 * 1024;

/** A client that has taken nothing for so long has gone, and must not hold an upstream's slot; as long as an upstream may be silent. */
const longestStallMs = 300_000;

/** Writes an answer as it comes, no faster than the client reads. Resolves as well when the client has gone. */
export async function writeAnswer(
  answer: GatewayAnswer,
  response: ServerResponse,
  gone: AbortSignal,
  stalledMs = longestStallMs,
): Promise<void> {
  const { body } = answer;
  const context = requestContext.getStore();
  if (typeof body === 'string' || body instanceof Uint8Array) {
    response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(body) });
    endWith(body, response);
    cutWhenStalled(response, stalledMs);
    context?.begunToAnswer();
    return;
  }
  response.writeHead(answer.status, answer.headers);
  for await (const chunk of body) {
    if (gone.aborted) return;
    const mayGoOn = writeGathered(chunk, response);
    context?.begunToAnswer();
    if (!mayGoOn) await drained(response, gone, stalledMs);
  }
  response.end();
}

/** For an answer that was written whole: a client that takes nothing of it for so long has gone, and it must not be held in memory. */
export function cutWhenStalled(response: ServerResponse, stalledMs = longestStallMs): void {
  // Of most answers nothing is left. Node's own timer, because it sees what leaves of a single long write.
  if (response.writableLength > 0) response.setTimeout(stalledMs, () => response.destroy());
}

/**
 * What is written within one turn of the event loop leaves in one system call: the headers, the chunk, and often the end.
 * The socket is corked and not the response, whose own cork can ask to wait for a `drain` that never comes.
 */
function writeGathered(chunk: Uint8Array | string, response: ServerResponse): boolean {
  const { socket } = response;
  if (socket === null) return response.write(chunk);
  socket.cork();
  setImmediate(uncork, socket);
  return response.write(chunk);
}

function uncork(socket: Socket): void {
  socket.uncork();
}

/**
 * Node sends a string together with the headers, in one write of one piece, and a buffer behind them. Latin-1 takes bytes there
 * and back unchanged; beyond some kilobytes the copy costs more than the second piece.
 */
function endWith(body: string | Uint8Array, response: ServerResponse): void {
  if (typeof body === 'string' || body.length > maxCopiedBytes) response.end(body);
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1');
}

async function drained(response: ServerResponse, gone: AbortSignal, stalledMs: number): Promise<void> {
  const timer = setTimeout(() => response.destroy(), stalledMs);
  try {
    await once(response, 'drain', { signal: gone });
  } catch (error) {
    if (!gone.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
}
