import { realpathSync } from 'node:fs';

interface RunningServer {
  close(): Promise<void>;
}

async function serve(name: string, start: () => Promise<RunningServer>): Promise<void> {
  const server = await start();
  const stop = async (): Promise<void> => {
    await server.close();
    process.exit(0);
  };
  for (const event of ['SIGTERM', 'SIGINT']) {
    process.once(event, () => void stop().catch((error: unknown) => fail(error)));
  }
  process.stdout.write(`${name} is ready\n`);
  process.send?.('ready');
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

/**
 * Makes a module with a start function also a program, when it is the one that node was given: it serves until SIGTERM or
 * Ctrl-C, and tells a parent process that it has a channel to when it is ready.
 *
 * @param file the module's `import.meta.filename`.
 */
export function runAsProcess(file: string, name: string, start: () => Promise<RunningServer>): void {
  const program = process.argv[1];
  if (program === undefined || realpathSync(program) !== file) return;
  serve(name, start).catch(fail);
}
