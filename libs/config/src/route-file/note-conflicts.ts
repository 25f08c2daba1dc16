import { basePathProblem } from '../base-path.js';
import type { RouteTargetConfig, TargetConfig } from '../config.js';
import type { Path, Reading } from './reading.js';
import type { RouteFile } from './route-file.shape.js';

type Target = RouteFile['targets'][number];
type Route = NonNullable<RouteFile['routes']>[number];

const bearerProviders: ReadonlySet<string> = new Set(['anthropic', 'azure-openai']);

/** Notes what is wrong between parts of the file that are each right in themselves. */
export function noteConflicts(
  { targets, routes }: RouteFile,
  environmentTargets: readonly TargetConfig[],
  reading: Reading,
): void {
  if (targets.length + environmentTargets.length === 0) {
    reading.failIn(['targets'], 'no upstream is configured, neither here nor in the environment');
  }
  const names = new Set<string>();
  for (const [index, target] of targets.entries()) {
    if (names.has(target.name)) reading.failIn(['targets', index, 'name'], 'is the name of another target as well');
    names.add(target.name);
    noteCredentials(target, ['targets', index], reading);
    const problem = basePathProblem(target.provider, target.baseUrl);
    if (problem !== undefined) reading.failIn(['targets', index, 'baseUrl'], problem);
  }
  for (const { name } of environmentTargets) names.add(name);
  const earlier = new Set<string>();
  for (const [index, route] of (routes ?? []).entries()) {
    noteUnreachable(route, earlier, ['routes', index], reading);
    noteTargets(route.targets, names, ['routes', index, 'targets'], reading);
  }
}

function noteCredentials(target: Target, path: Path, reading: Reading): void {
  const { provider } = target;
  if (target.apiKey !== undefined && target.apiKeyEnv !== undefined) {
    reading.failIn([...path, 'apiKeyEnv'], 'says the same as apiKey: leave one of them out');
  }
  if (target.bearerToken !== undefined && !bearerProviders.has(provider)) {
    reading.failIn([...path, 'bearerToken'], `${provider} takes an apiKey alone`);
  }
  const credential = target.apiKey ?? target.apiKeyEnv ?? target.bearerToken;
  if (credential === undefined && provider !== 'openai-compatible') {
    reading.failIn(path, `lacks "apiKey": ${provider} takes no call without a credential`);
  }
  if (target.apiVersion !== undefined && provider !== 'azure-openai') {
    reading.failIn([...path, 'apiVersion'], 'is for azure-openai alone');
  }
}

function noteUnreachable({ match }: Route, earlier: Set<string>, path: Path, reading: Reading): void {
  const own = match.filter((pattern) => {
    const taken = earlier.has('*') || earlier.has(pattern);
    if (taken) reading.failIn([...path, 'match'], `"${pattern}" is never reached: an earlier route takes it`);
    return !taken;
  });
  for (const pattern of own) earlier.add(pattern);
}

function noteTargets(
  targets: readonly RouteTargetConfig[],
  names: ReadonlySet<string>,
  path: Path,
  reading: Reading,
): void {
  const seen = new Set<string>();
  let plain = false;
  let canaries = 0;
  for (const [index, entry] of targets.entries()) {
    const here = [...path, index];
    if (!names.has(entry.target)) {
      reading.failIn(here, `names a target that does not exist; there are: ${[...names].join(', ')}`);
    }
    const identity = JSON.stringify([entry.target, entry.alias]);
    if (seen.has(identity)) reading.failIn(here, 'names a target that the route has already');
    seen.add(identity);
    if (entry.canary !== undefined) {
      canaries += entry.canary;
      if (entry.weight !== undefined) reading.failIn(here, 'has a weight and a canary share: leave one of them out');
    } else if (entry.weight === undefined) {
      plain = true;
    } else if (plain) {
      reading.failIn(here, 'has a weight, but stands after a target without one: weighted targets come first');
    }
  }
  if (canaries >= 1) reading.failIn(path, 'the canary shares leave nothing for the other targets');
  if (targets.every(({ canary }) => canary !== undefined)) reading.failIn(path, 'needs a target that is no canary');
}
