import { createServer } from 'node:net';
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
