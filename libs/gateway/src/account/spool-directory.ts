import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRow, type SpooledRow } from './spooled-row.js';

const prefix = 'usage-';
const whole = '.ndjson';
const unfinished = '.ndjson.part';

/** Writing a file takes milliseconds: one that has not changed for so long was left behind by a process that died over it. */
const abandonedAfterMs = 60_000;

export interface SpoolFile {
  readonly name: string;
  readonly rows: readonly SpooledRow[];
  /** Lines that are no rows. */
  readonly unreadable: number;
}

/**
 * Rows on disk, for when memory is not enough or ends. A file is written once, whole, and then renamed: whichever process finds
 * it may replay it, since rows are recorded once however often they are written. Any number of processes may share the directory.
 */
export class SpoolDirectory {
  constructor(
    private readonly path: string,
    /** Of all files in it. */
    private readonly maxBytes: number,
  ) {}

  /** False, and nothing written, where they would exceed the bound. Throws what the file system throws. */
  async write(rows: readonly SpooledRow[]): Promise<boolean> {
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    if ((await this.held()).bytes + Buffer.byteLength(text) > this.maxBytes) return false;
    const name = `${prefix}${process.pid}-${randomUUID()}`;
    const file = await open(join(this.path, name + unfinished), 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(join(this.path, name + unfinished), join(this.path, name + whole));
    return true;
  }

  /** Names of the files that may be replayed, the oldest ones first. Empty where there is no directory. */
  async list(): Promise<string[]> {
    const files = await this.files();
    const now = Date.now();
    return files
      .filter(({ name, changedMs }) => name.endsWith(whole) || now - changedMs > abandonedAfterMs)
      .toSorted((left, right) => left.changedMs - right.changedMs)
      .map(({ name }) => name);
  }

  /** Undefined where another process has replayed it meanwhile. */
  async read(name: string): Promise<SpoolFile | undefined> {
    const text = await orMissing(readFile(join(this.path, name), 'utf8'));
    if (text === undefined) return undefined;
    const lines = text.split('\n').filter((line) => line !== '');
    const rows = lines.map(parseRow).filter((row) => row !== undefined);
    return { name, rows, unreadable: lines.length - rows.length };
  }

  async remove(name: string): Promise<void> {
    await orMissing(unlink(join(this.path, name)));
  }

  /**
   * Of all files in it; `sinceMs`, of the oldest one, on the clock of `Date.now()`. Throws where nothing could be written: who asks
   * learns it before rows depend on it.
   */
  async held(): Promise<{ readonly bytes: number; readonly sinceMs: number | undefined }> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await access(this.path, constants.W_OK);
    const files = await this.files();
    return {
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      sinceMs: files.length === 0 ? undefined : Math.min(...files.map(({ changedMs }) => changedMs)),
    };
  }

  private async files(): Promise<{ name: string; bytes: number; changedMs: number }[]> {
    const names = ((await orMissing(readdir(this.path))) ?? []).filter(
      (name) => name.startsWith(prefix) && (name.endsWith(whole) || name.endsWith(unfinished)),
    );
    const stats = await Promise.all(
      names.map(async (name) => ({ name, found: await orMissing(stat(join(this.path, name))) })),
    );
    return stats.flatMap(({ name, found }) =>
      found === undefined ? [] : [{ name, bytes: found.size, changedMs: found.mtimeMs }],
    );
  }
}

async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
