import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ClientManner {
  readonly sends?: 'slowly';
  readonly reads?: 'slowly';
  /** It closes its connection: in the middle of its body, when an upstream has been called, or when it has read something. */
  readonly leaves?: 'while sending' | 'when called' | 'when told';
}

export interface ClientRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly manner: ClientManner;
  /** Resolves when an upstream has been called. */
  readonly called: () => Promise<void>;
}

/** What the client was told: `gone` when it left first, `cut off` when the gateway broke the connection. */
export type Told =
  | 'gone'
  | 'cut off'
  | { readonly status: number; readonly headers: IncomingMessage['headers']; readonly tail: string };

/** Enough for the last events of any stream. */
const tailBytes = 64 * 1024;

/** A client on a connection of its own, with manners of its own. */
export async function speak({ url, headers, body, manner, called }: ClientRequest): Promise<Told> {
  const request = httpRequest(url, {
    method: 'POST',
    agent: false,
    headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
  });
  request.on('error', () => undefined);
  if (manner.leaves === 'while sending') {
    request.write(body.slice(0, body.length / 2));
    await sleep(200);
    request.destroy();
    return 'gone';
  }
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  answered.catch(() => undefined);
  if (manner.sends === 'slowly') await dribble(body, (part) => request.write(part));
  else request.write(body);
  request.end();
  if (manner.leaves === 'when called') {
    await called();
    await sleep(100);
    request.destroy();
    return 'gone';
  }
  const [response] = await answered;
  let tail = '';
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (manner.leaves === 'when told') return 'gone';
      if (manner.reads === 'slowly') await sleep(5);
      tail = (tail + chunk.toString('latin1')).slice(-tailBytes);
    }
  } catch {
    return 'cut off';
  } finally {
    request.destroy();
  }
  return { status: response.statusCode ?? 0, headers: response.headers, tail };
}

async function dribble(text: string, write: (part: string) => void): Promise<void> {
  const size = Math.ceil(text.length / 6);
  for (let at = 0; at < text.length; at += size) {
    write(text.slice(at, at + size));
    await sleep(100);
  }
}
