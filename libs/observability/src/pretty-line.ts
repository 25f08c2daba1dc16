import { Writable } from 'node:stream';

const colours: Readonly<Record<string, number>> = { debug: 36, info: 32, warn: 33, error: 31, fatal: 35 };
const left: ReadonlySet<string> = new Set([
  'timestamp',
  'level',
  'message',
  'service',
  'version',
  'environment',
  'correlationId',
  'metadata',
]);

/** For a developer's terminal: time, level, message, and what else there is to know as JSON. Never used for a log that is kept. */
export function prettyLine(line: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const { timestamp, level, message, correlationId, metadata } = entry;
  const time = String(timestamp).slice(11, 23);
  const name = String(level).toUpperCase().padEnd(5);
  const more = Object.fromEntries(Object.entries(entry).filter(([key]) => !left.has(key)));
  const known = { ...(typeof metadata === 'object' ? metadata : {}), ...more };
  const details = Object.keys(known).length === 0 ? '' : ` ${dim(JSON.stringify(known))}`;
  const id = typeof correlationId === 'string' ? ` ${dim(correlationId.replace(/^req_/, '').slice(0, 8))}` : '';
  return `${dim(time)} \u001B[${colours[String(level)] ?? 37}m${name}\u001B[0m ${String(message)}${id}${details}\n`;
}

/** pino writes whole lines, one a call when it writes at once. */
export function prettyStream(): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      process.stdout.write(prettyLine(chunk), done);
    },
  });
}

function dim(text: string): string {
  return `\u001B[2m${text}\u001B[0m`;
}
