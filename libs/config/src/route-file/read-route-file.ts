import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import type { RouteConfig, Routing, TargetConfig } from '../config.js';
import { ConfigurationError } from '../configuration-error.js';
import { defaultRoutes } from '../default-routes.js';
import { frozen } from '../frozen.js';
import { noteConflicts } from './note-conflicts.js';
import { Reading } from './reading.js';
import { type RouteFile, routeFileShape } from './route-file.shape.js';

type Variables = Readonly<Record<string, string | undefined>>;

export interface RouteFileContent {
  /** Frozen. */
  readonly routing: Routing;
  /** Tells versions of the file apart in logs: the beginning of its SHA-256. */
  readonly hash: string;
}

/** Reads and validates the route file at a path. Throws `ConfigurationError` where it cannot be read, and as `readRoutes`. */
export function readRouteFile(
  path: string,
  variables: Variables,
  environmentTargets: readonly TargetConfig[],
): RouteFileContent {
  return readRoutes({ name: path, text: contentOf(path) }, variables, environmentTargets);
}

/**
 * Reads and validates a route file's text; `name` is where it came from, and begins each problem. Its `${env:NAME}` are looked up
 * in `variables`; its routes may name the targets in `environmentTargets` besides its own, which win over them. Throws
 * `ConfigurationError` with every problem and its line.
 */
export function readRoutes(
  { name, text }: { readonly name: string; readonly text: string },
  variables: Variables,
  environmentTargets: readonly TargetConfig[],
): RouteFileContent {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const reading = new Reading(name, document, lines, variables);
  for (const { pos, message } of document.errors) {
    // Some messages end with the text that was found, which may be a key.
    reading.failAt(pos[0], [], message.replace(/: ".*$/s, ''));
  }
  if (reading.problems.length > 0) throw new ConfigurationError(reading.problems, hash);
  if (document.contents === null) reading.failAt(0, [], 'the route file is empty');
  const file = document.contents === null ? undefined : routeFileShape.read(document.contents, [], reading);
  if (file === undefined || reading.problems.length > 0) throw new ConfigurationError(reading.problems, hash);
  noteConflicts(file, environmentTargets, reading);
  if (reading.problems.length > 0) throw new ConfigurationError(reading.problems, hash);
  return { routing: frozen(routingOf(file, environmentTargets)), hash };
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
    throw new ConfigurationError([`GATEWAY_CONFIG: the route file ${path} cannot be read (${code})`]);
  }
}

function routingOf(file: RouteFile, environmentTargets: readonly TargetConfig[]): Routing {
  const own = file.targets.map(targetOf);
  const targets = [...own, ...environmentTargets.filter(({ name }) => !own.some((target) => target.name === name))];
  const routes: readonly RouteConfig[] = file.routes ?? defaultRoutes(targets);
  return {
    targets,
    routes,
    prices: Array.from(file.prices, ([model, price]) => ({ model, ...price })),
    retries: file.retries,
  };
}

function targetOf({ apiKeyEnv, ...entry }: RouteFile['targets'][number]): TargetConfig {
  return apiKeyEnv === undefined ? entry : { ...entry, apiKey: apiKeyEnv };
}
