import { createRequire } from 'node:module';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

/** Imported from everywhere; drawn as one floor, because their arrows would hide all others. The table has them. */
const ground = ['libs/observability', 'libs/config', 'libs/wire'];

/** Not part of a running product. */
const aside = new Set(['libs/testing', 'infra/local']);

/** Who imports whom, in production code: a picture for mermaid and the whole table. */
export async function dependencySection() {
  const imports = await importsByRoom();
  const rooms = [...imports.keys()].filter((room) => !aside.has(room));
  const upper = rooms.filter((room) => !ground.includes(room));
  const arrows = (from, to) =>
    from.flatMap((room) => to.filter((other) => imports.get(room).has(other)).map((other) => [room, other]));
  return [
    '```mermaid',
    'flowchart TD',
    ...upper.map((room) => `  ${idOf(room)}["${room}"]`),
    '  subgraph ground ["imported by all"]',
    ...ground.map((room) => `    ${idOf(room)}["${room}"]`),
    '  end',
    ...arrows(upper, upper).map(draw),
    ...arrows(ground, ground).map(draw),
    ...upper.filter((room) => arrows([room], upper).length === 0).map((room) => `  ${idOf(room)} --> ground`),
    '```',
    '',
    '| room | imports |',
    '| --- | --- |',
    ...[...imports].map(([room, others]) => `| \`${room}\` | ${list(others)} |`),
  ].join('\n');
}

function draw([from, to]) {
  return `  ${idOf(from)} --> ${idOf(to)}`;
}

async function importsByRoom() {
  const { options } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');
  const { output } = await cruise(
    ['apps', 'libs', 'infra/local'],
    { ...options, exclude: { path: String.raw`\.(spec|e2e-spec|fixture)\.ts$|/test/` } },
    options.enhancedResolveOptions,
    { tsConfig: extractTSConfig('tsconfig.json') },
  );
  const imports = new Map();
  for (const { source, dependencies } of output.modules) {
    const room = roomOf(source);
    if (room === undefined) continue;
    if (!imports.has(room)) imports.set(room, new Set());
    for (const { resolved } of dependencies) {
      const other = roomOf(resolved);
      if (other !== undefined && other !== room) imports.get(room).add(other);
    }
  }
  return inOrder(imports);
}

/** Those above before those that they import; by name where neither imports the other. */
function inOrder(imports) {
  const order = [...imports.keys()].toSorted((a, b) => a.localeCompare(b));
  const depth = (room) => Math.max(0, ...[...imports.get(room)].map((other) => depth(other) + 1));
  return new Map(
    order
      .toSorted((a, b) => Number(aside.has(a)) - Number(aside.has(b)) || depth(b) - depth(a))
      .map((room) => [room, new Set(order.filter((other) => imports.get(room).has(other)))]),
  );
}

function roomOf(path) {
  return /^(?:apps|libs|infra)\/[^/]+/.exec(path)?.[0];
}

function idOf(room) {
  return room.split('/')[1];
}

function list(rooms) {
  return rooms.size === 0 ? 'nothing of ours' : [...rooms].map((room) => `\`${room.split('/')[1]}\``).join(', ');
}
