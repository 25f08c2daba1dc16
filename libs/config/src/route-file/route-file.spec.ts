import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Routing, TargetConfig } from '../config.js';
import { ConfigurationError } from '../configuration-error.js';
import { readRouteFile } from './read-route-file.js';
import { routeFileSchema } from './route-file.shape.js';

const docs = join(import.meta.dirname, '../../../../docs');
const directory = mkdtempSync(join(tmpdir(), 'route-file-'));
const path = join(directory, 'routes.yaml');
afterAll(() => rmSync(directory, { recursive: true }));

const variables = { MAIN_KEY: 'a-key-that-must-never-print' };
const target = '{ name: one, provider: anthropic, baseUrl: https://one.example, apiKey: "${env:MAIN_KEY}" }';

function read(yaml: string, environmentTargets: readonly TargetConfig[] = []): Routing {
  writeFileSync(path, yaml);
  return readRouteFile(path, variables, environmentTargets).routing;
}

/** Without the file's path. */
function problemsOf(yaml: string): string[] {
  try {
    read(yaml);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map((problem) => problem.replace(path, ''));
    throw error;
  }
  return [];
}

describe('the example in the documents', () => {
  it('is a valid route file', () => {
    const { routing } = readRouteFile(
      join(docs, 'gateway-config.example.yaml'),
      { ANTHROPIC_API_KEY: 'a', AZURE_SWEDEN_KEY: 's', AZURE_VIRGINIA_KEY: 'v' },
      [],
    );
    expect(routing.targets.map(({ name }) => name)).toEqual([
      'anthropic-main',
      'azure-sweden',
      'azure-virginia',
      'local-qwen',
    ]);
    expect(routing.targets[1]).toMatchObject({
      model: 'prod-gpt-main',
      baseModel: 'gpt-5.6',
      timeouts: { connectMs: 5000, firstByteMs: 60_000, idleMs: 120_000, totalMs: 900_000 },
      maxConcurrent: 200,
      queue: { max: 50, waitMs: 2000 },
    });
    expect(routing.targets[1]?.apiKey?.reveal()).toBe('s');
    expect(routing.routes[0]).toEqual({
      match: ['claude-gpt', 'claude-gpt-*'],
      targets: [
        { target: 'azure-sweden', weight: 3 },
        { target: 'azure-virginia', weight: 1 },
      ],
      sticky: 'session',
      fallback: true,
    });
    expect(routing.routes[2]?.targets[1]).toEqual({ target: 'anthropic-main', alias: 'claude-opus-5-5', canary: 0.05 });
    expect(routing.routes[3]).toMatchObject({ alias: 'claude-sonnet-5-5', fallback: false });
    expect(routing.prices[1]).toEqual({
      model: 'gpt-5.6',
      asOf: '2026-11-01',
      input: 2_500_000,
      output: 15_000_000,
      cacheRead: 250_000,
    });
    expect(routing.retries).toEqual({ maxAttempts: 3, baseDelayMs: 250, maxDelayMs: 4000 });
  });

  it('points at the schema, which is the one that files are read by', () => {
    const published = JSON.parse(readFileSync(join(docs, 'gateway-config.schema.json'), 'utf8')) as unknown;
    expect(published).toEqual(JSON.parse(JSON.stringify(routeFileSchema)));
  });
});

describe('a route file', () => {
  it('is frozen to its depths', () => {
    const routing = read(`targets: [${target}]`);
    expect(Object.isFrozen(routing)).toBe(true);
    expect(Object.isFrozen(routing.targets[0])).toBe(true);
    expect(Object.isFrozen(routing.routes[0]?.targets)).toBe(true);
  });

  it('that names no routes has those that the vendors of its targets suggest', () => {
    expect(read(`targets: [${target}]`).routes).toMatchObject([
      { match: ['claude-*', 'anthropic/*'], targets: [{ target: 'one' }] },
      { match: ['*'], targets: [{ target: 'one' }] },
    ]);
  });

  it('may route to the targets of the environment, and names one of its own over them', () => {
    const ofEnvironment = [
      { name: 'one', provider: 'anthropic', baseUrl: 'https://other.example' },
      { name: 'two', provider: 'openai', baseUrl: 'https://two.example' },
    ];
    const routing = read(`targets: [${target}]\nroutes: [{ match: a, targets: [two, one] }]`, ofEnvironment);
    expect(routing.targets.map(({ baseUrl }) => baseUrl)).toEqual(['https://one.example', 'https://two.example']);
  });

  it('may use anchors, and takes a share as a percentage or a number', () => {
    const routing = read(`
targets: [${target}]
routes:
  - match: a
    targets: &both [one, { target: one, alias: b, canary: 0.25 }]
  - { match: c, targets: *both }
`);
    expect(routing.routes[1]?.targets).toEqual([{ target: 'one' }, { target: 'one', alias: 'b', canary: 0.25 }]);
  });

  it('is told of all its problems at once, each with its line, column and path', () => {
    expect(
      problemsOf(`targets:
  - name: one
    provider: gemini
    baseUrl: http://one.example/
    apiKey: \${env:MAIN_KEY}
    timeouts: { firstByteMs: soon }
  - provider: openai
    baseUrl: https://two.example/v1
    tiemouts: {}
routes:
  - targets: []
retries:
  maxAttempts: 0
prices:
  gpt: { input: 1.5, output: 2, asOf: yesterday }
`),
    ).toEqual([
      expect.stringMatching(/^:3:15: targets\[0\]\.provider: must be one of anthropic, /),
      ':4:14: targets[0].baseUrl: must be an https URL without credentials in it and without a query (http is accepted on localhost alone)',
      ':6:30: targets[0].timeouts.firstByteMs: must be a whole number from 1 to 86400000',
      ':7:5: targets[1]: lacks "name"',
      expect.stringMatching(/^:9:5: targets\[1\]: has a member that is not known here; known are: name, provider, /),
      ':11:5: routes[0]: lacks "match"',
      ':11:14: routes[0].targets: must be a list that is not empty',
      ':13:16: retries.maxAttempts: must be a whole number from 1 to 10',
      ':15:17: prices.gpt.input: must be a whole number from 0 to 1000000000000',
      ':15:39: prices.gpt.asOf: must be a day such as 2026-11-01',
    ]);
  });

  it.each([
    ['syntax', 'targets: [', /^:1:11: /],
    ['the same member twice', 'targets: []\ntargets: []', /^:2:1: Map keys must be unique$/],
    ['nothing in it', '# nothing\n', /^:1:1: the route file is empty$/],
    ['another top', '- a', /^:1:1: must be an object with named members$/],
    ['no upstream', 'retries: {}', /^:1:1: targets: no upstream is configured/],
  ])('is refused for %s', (_name, yaml, problem) => {
    expect(problemsOf(yaml)).toEqual([expect.stringMatching(problem)]);
  });

  it.each([
    [
      'two targets of one name',
      `targets: [${target}, ${target}]`,
      /^:1:\d+: targets\[1\]\.name: is the name of another/,
    ],
    [
      'no credential',
      'targets: [{ name: a, provider: openai, baseUrl: https://a.example }]',
      /^:1:11: targets\[0\]: lacks "apiKey"/,
    ],
    [
      'a token where a key is wanted',
      'targets: [{ name: a, provider: openai, baseUrl: https://a.example, bearerToken: "${env:MAIN_KEY}" }]',
      /openai takes an apiKey alone$/,
    ],
    [
      'an unknown target',
      `targets: [${target}]\nroutes: [{ match: a, targets: [one, nine] }]`,
      /^:2:37: routes\[0\]\.targets\[1\]: names a target that does not exist; there are: one$/,
    ],
    ['a target twice', `targets: [${target}]\nroutes: [{ match: a, targets: [one, { target: one }] }]`, /already$/],
    [
      'a route that is never reached',
      `targets: [${target}]\nroutes:\n- { match: "*", targets: [one] }\n- { match: a, targets: [one] }`,
      /^:4:12: routes\[1\]\.match: "a" is never reached/,
    ],
    [
      'canaries alone',
      `targets: [${target}]\nroutes: [{ match: a, targets: [{ target: one, canary: 5% }] }]`,
      /needs a target that is no canary$/,
    ],
    [
      'weights after a target without',
      `targets: [${target}]\nroutes: [{ match: a, targets: [one, { target: one, alias: b, weight: 1 }] }]`,
      /weighted targets come first$/,
    ],
    [
      'canaries that leave nothing',
      `targets: [${target}]\nroutes: [{ match: a, targets: [one, { target: one, alias: b, canary: 60% }, { target: one, alias: c, canary: 40% }] }]`,
      /leave nothing for the other targets$/,
    ],
    [
      'a weight that is a canary share too',
      `targets: [${target}]\nroutes: [{ match: a, targets: [one, { target: one, alias: b, weight: 1, canary: 4% }] }]`,
      /leave one of them out$/,
    ],
  ])('is refused for %s', (_name, yaml, problem) => {
    expect(problemsOf(yaml)).toEqual([expect.stringMatching(problem)]);
  });

  it('is told of a base URL with which every call would be a 404', () => {
    expect(
      problemsOf(
        'targets:\n  - { name: one, provider: anthropic, baseUrl: https://one.example/v1/, apiKeyEnv: MAIN_KEY }\n',
      ),
    ).toEqual([':2:48: targets[0].baseUrl: must end before /v1, which is added to it']);
  });

  it('that is not there is named', () => {
    expect(() => readRouteFile(join(directory, 'none.yaml'), {}, [])).toThrow(/none\.yaml cannot be read \(ENOENT\)/);
  });
});

describe('a key', () => {
  const literal = 'sk-ant-api03-0123456789abcdef';

  it.each([
    ['as apiKey', `apiKey: ${literal}`, 'must be a reference such as ${env:NAME}: keys are not written into this file'],
    ['as apiKeyEnv', `apiKeyEnv: ${literal}`, 'must be the name of an environment variable in upper case'],
    ['as bearerToken', `bearerToken: ${literal}`, 'must be a reference such as ${env:NAME}'],
    ['as a member', `${literal}: 1`, 'has a member that is not known here'],
    ['within the URL', `baseUrl: https://user:${literal}@x.example`, 'without credentials in it'],
    ['in broken syntax', `apiKey: "x" "${literal}"`, ''],
  ])('that is written into the file %s is refused and not repeated', (_name, member, sentence) => {
    const base = member.startsWith('baseUrl') ? '' : 'baseUrl: https://a.example';
    const problems = problemsOf(`targets:\n- name: a\n  provider: openai-compatible\n  ${member}\n  ${base}\n`).join(
      '\n',
    );
    expect(problems).toContain(sentence);
    expect(problems).not.toBe('');
    expect(problems).not.toContain(literal);
  });

  it('is found in the environment by reference or by name, and its absence is told by name', () => {
    expect(read(`targets: [${target}]`).targets[0]?.apiKey?.reveal()).toBe(variables.MAIN_KEY);
    const byName = read('targets: [{ name: a, provider: openai, baseUrl: https://a.example, apiKeyEnv: MAIN_KEY }]');
    expect(byName.targets[0]?.apiKey?.reveal()).toBe(variables.MAIN_KEY);
    expect(JSON.stringify(byName)).not.toContain(variables.MAIN_KEY);
    expect(
      problemsOf('targets: [{ name: a, provider: openai, baseUrl: https://a.example, apiKeyEnv: NO_KEY }]'),
    ).toEqual([':1:79: targets[0].apiKeyEnv: the environment variable NO_KEY is not set']);
  });
});
