import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scriptsDirectory } from './stand-in-commands.js';

const repository = join(scriptsDirectory, '../..');

const readLines = (name: string): string[] =>
  readFileSync(join(repository, name), 'utf8')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.trim());

/** What one of the Dockerfiles makes of a build, so far as it can be done again without Docker. */
export interface Image {
  readonly dockerfile: string;
  /** What its packages are installed from, and how. */
  readonly manifests: readonly string[];
  readonly install: readonly string[];
  /** Shell commands that take away from what was installed. */
  readonly trims: readonly string[];
  /** Paths of a build that it takes, each to the same place. */
  readonly files: readonly string[];
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
}

/** Compiled, but kept out of what images are built from. */
export const leftOut = readLines('.dockerignore')
  .filter((line) => line.startsWith('libs/'))
  .map((line) => join('dist', line));

export function readImage(dockerfile: string): Image {
  const lines = readLines(dockerfile);
  const stages = lines.flatMap((line, index) => (line.startsWith('FROM ') ? [index] : []));
  const last = lines.slice(stages.at(-1));
  const dependencies = lines.slice(stages.at(-2), stages.at(-1));
  const jsonAfter = (start: string): string[] =>
    JSON.parse(last.find((line) => line.startsWith(start))?.replace(/^[^[]*/, '') ?? '[]') as string[];
  const copied = last.flatMap((line) => [...line.matchAll(/^COPY --from=build \/app\/(\S+) (\S+)$/g)]);
  const moved = copied.filter(([, from, to]) => from !== to);
  if (moved.length > 0) throw new Error(`${dockerfile} puts a file elsewhere: ${String(moved[0])}`);
  return {
    dockerfile,
    manifests: dependencies.flatMap((line) => /^COPY (.+) \.\/$/.exec(line)?.[1]?.split(' ') ?? []),
    install: dependencies.flatMap((line) => /^RUN (?:--mount=\S+ )?npm (ci .*)$/.exec(line)?.[1]?.split(' ') ?? []),
    trims: dependencies.flatMap((line) => /^RUN (find .*)$/.exec(line)?.[1] ?? []),
    files: copied.map(([, path = '']) => path),
    command: jsonAfter('CMD '),
    healthCheck: jsonAfter('HEALTHCHECK '),
  };
}
