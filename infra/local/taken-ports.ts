import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from './error-code.js';

async function refusalOf(port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, resolve);
    });
    return undefined;
  } catch (error) {
    return errorCode(error) === 'EADDRINUSE' ? 'is taken' : 'cannot be used';
  } finally {
    server.close();
  }
}

/** One sentence for each port that cannot be listened on, naming the variable that chooses it. */
export async function takenPorts(ports: ReadonlyMap<string, number>): Promise<string[]> {
  const sentences = await Promise.all(
    [...ports].map(async ([variable, port]) => {
      const refusal = await refusalOf(port);
      return refusal === undefined ? [] : [`Port ${port} ${refusal}; choose another with ${variable}.`];
    }),
  );
  return sentences.flat();
}

/**
 * The same, of ports that stay taken: what a killed copy had started takes a moment to notice its starter's end, and longer on
 * a busy machine.
 *
 * @param onWait called once, with what was found first, when there is something to wait for.
 */
export async function portsStillTaken(
  ports: ReadonlyMap<string, number>,
  patienceMs: number,
  onWait: (sentences: string[]) => void,
): Promise<string[]> {
  let taken = await takenPorts(ports);
  if (taken.length > 0) onWait(taken);
  for (const deadline = performance.now() + patienceMs; taken.length > 0 && performance.now() < deadline;) {
    await delay(100);
    taken = await takenPorts(ports);
  }
  return taken;
}
