import type { Route, RouteTarget } from './route-table.js';

/** Says, for a label, a number above 0 and below 1: of chance, or always the same for one session. */
export type Draw = (label: string) => number;

/**
 * The route's targets in the order in which they are to be tried. Among weighted targets the choice is a weighted rendezvous
 * (Schindelhauer and Schomaker, "Weighted distributed hash tables", 2005): each session ranks all of them, so that a target
 * that is added or removed moves its own sessions alone, and nothing has to be remembered.
 */
export function orderTargets(route: Route, draw: Draw): readonly RouteTarget[] {
  const { canaries, weighted, ordered } = route;
  if (canaries.length === 0 && weighted.length < 2) return weighted.length === 0 ? ordered : [...weighted, ...ordered];
  const rest = weighted.length < 2 ? weighted : ranked(weighted, draw);
  const canary = chosenCanary(route, draw);
  return [...(canary === undefined ? [] : [canary]), ...rest, ...ordered];
}

function ranked(targets: readonly RouteTarget[], draw: Draw): RouteTarget[] {
  return targets
    .map((target) => ({ target, score: -target.weight / Math.log(draw(identityOf(target))) }))
    .toSorted((one, other) => other.score - one.score)
    .map(({ target }) => target);
}

/** One draw for all canaries: a session that is in a share stays in it when the share grows. */
function chosenCanary({ canaries }: Route, draw: Draw): RouteTarget | undefined {
  if (canaries.length === 0) return undefined;
  const drawn = draw('canary');
  let upTo = 0;
  return canaries.find(({ share }) => drawn < (upTo += share))?.target;
}

/** One target may stand in a route under several aliases. */
function identityOf({ config, alias }: RouteTarget): string {
  return alias === undefined ? config.name : `${config.name}\n${alias}`;
}
