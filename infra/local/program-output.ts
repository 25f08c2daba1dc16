import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify, styleText } from 'node:util';

const shownLevels = new Set(['warn', 'error', 'fatal']);
const tailLines = 15;

interface LogLine {
  readonly level: string;
  readonly message: string;
}

/** Undefined for what is no line of the product's own logs. */
function parseLogLine(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { level, message, error } = JSON.parse(line) as {
      level?: string;
      message?: string;
      error?: { message?: string };
    };
    if (level === undefined) return undefined;
    return { level, message: [message, error?.message].filter(Boolean).join(': ') };
  } catch {
    return undefined;
  }
}

/** A program's lines: all of them into its log file, warnings and worse onto the terminal. */
export class ProgramOutput {
  readonly #file: WriteStream;
  readonly #tail: string[] = [];

  /** @param verbose whether lines that are no log lines (a stack trace, a list of faults) are shown as well. */
  constructor(
    private readonly name: string,
    readonly path: string,
    private readonly verbose: boolean,
  ) {
    mkdirSync(dirname(path), { recursive: true });
    this.#file = createWriteStream(path, { flags: 'a' });
  }

  follow(stream: Readable): void {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => this.#take(line));
  }

  /** The newest lines, for when the program has died. */
  get tail(): readonly string[] {
    return this.#tail;
  }

  /** After the last line: resolves when the file has them all. */
  async end(): Promise<void> {
    await promisify(this.#file.end.bind(this.#file))();
  }

  #take(line: string): void {
    this.#file.write(`${line}\n`);
    this.#tail.push(line);
    if (this.#tail.length > tailLines) this.#tail.shift();

    const entry = parseLogLine(line);
    if (entry === undefined ? this.verbose : shownLevels.has(entry.level)) this.#show(entry, line);
  }

  #show(entry: LogLine | undefined, line: string): void {
    const prefix = styleText('dim', this.name.padEnd(10));
    if (entry === undefined) {
      process.stdout.write(`${prefix} ${line}\n`);
      return;
    }
    const level = styleText(entry.level === 'warn' ? 'yellow' : 'red', entry.level);
    process.stdout.write(`${prefix} ${level} ${entry.message}\n`);
  }
}
