import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { FakeAws, listenerArn } from './test/fake-aws.js';
import { answerJson, FakeProxy, type Route } from './test/fake-proxy.js';
import { StandInCommands } from './test/stand-in-commands.js';

const previewed = 'x-release-preview';

const refuseKey: Route = (response) =>
  answerJson(response, 401, { type: 'error', error: { type: 'authentication_error' } });

const record = (name: string, value: string) =>
  `ssm put-parameter --name /claude-proxy/staging/release/${name} --type String --overwrite --value ${value}`;

describe('deploy_release.sh', () => {
  let proxy: FakeProxy;
  let aws: FakeAws;
  let commands: StandInCommands;
  let migrations: string[][];
  let migrationsFail: boolean;

  const newAccount = (environment: 'staging' | 'production' = 'staging') => {
    aws = new FakeAws(environment, proxy.url);
    migrations = [];
    migrationsFail = false;
    proxy.seen.length = 0;
  };

  beforeEach(async () => {
    proxy = await FakeProxy.start();
    proxy.routes['GET /api/jobs/job-1'] = (response) =>
      answerJson(response, 200, { job_id: 'job-1', status: 'succeeded', result: { type: 'message' } });
    newAccount();
    commands = await StandInCommands.start((command, args) => {
      if (command === 'aws') return aws.handle(args);
      migrations.push([...args]);
      return migrationsFail ? { code: 2, output: 'connection refused' } : { code: 0, output: 'f' };
    });
  });
  afterEach(async () => {
    await commands.stop();
    await proxy.stop();
  });

  const deploy = (
    args: readonly string[],
    options: { env?: Record<string, string>; input?: string; interruptAt?: string } = {},
  ) =>
    commands.run('deploy_release.sh', ['--env', 'staging', '--step-seconds', '0', ...args], {
      env: { SMOKE_API_KEY: FakeProxy.key },
      ...options,
    });
  const deployProduction = (args: readonly string[], input = '') =>
    commands.run('deploy_release.sh', ['--env', 'production', '--image', 'v2', '--step-seconds', '0', ...args], {
      input,
    });
  const canary = ['--image', 'v2', '--strategy', 'canary', '--execute'];

  it('plans a canary without changing anything, and shows each call with its real values', async () => {
    const before = aws.state;
    const { code, stdout } = await deploy(['--image', 'v2', '--strategy', 'canary']);
    expect(code).toBe(0);
    expect(aws.changes).toEqual([]);
    expect(aws.state).toEqual(before);
    expect(migrations).toEqual([]);
    expect(proxy.seen).toEqual([]);
    expect(stdout).toContain('Release v2 to staging by canary, in place of v1 (dry run');
    expect(stdout).toContain('would run: aws ecs update-service --cluster claude-proxy-staging --service api-green');
    expect(stdout).toContain('--min-capacity 2 --max-capacity 9');
    for (const percent of [5, 25, 50, 100]) expect(stdout).toContain(`Traffic: ${percent} % to api-green`);
  });

  it('plans even where AWS cannot be reached, and says that it assumes', async () => {
    aws.refuses = () => true;
    const { code, stdout, stderr } = await deploy(['--image', 'v2']);
    expect(code).toBe(0);
    expect(stderr).toContain('AWS cannot be reached from here');
    expect(stdout).toContain('would run: aws elbv2 modify-listener');
    expect(aws.calls).toHaveLength(1);
  });

  it('makes exactly these calls for a canary, migrations first, the record last', async () => {
    const { code, stderr } = await deploy(canary);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const service = 'ecs update-service --cluster claude-proxy-staging --service';
    const bounds =
      'application-autoscaling register-scalable-target --service-namespace ecs --scalable-dimension ecs:service:DesiredCount --resource-id service/claude-proxy-staging/';
    const weights = aws.changes
      .filter((call) => call.startsWith('elbv2'))
      .map((call) => [...call.matchAll(/"Weight":(\d+)/gu)].map(([, weight]) => Number(weight)));
    expect(weights).toEqual([
      [95, 5],
      [75, 25],
      [50, 50],
      [0, 100],
    ]);
    expect(aws.changes.filter((call) => !call.startsWith('elbv2') && !call.startsWith('ecs register'))).toEqual([
      `${bounds}api-green --min-capacity 2 --max-capacity 9`,
      `${service} api-green --task-definition api:8 --desired-count 4`,
      `${service} worker --task-definition worker:9`,
      record('previous-image', 'v1'),
      record('previous-api-task', 'api:7'),
      record('previous-worker-task', 'worker:7'),
      record('image-tag', 'v2'),
      record('live-colour', 'green'),
      `${bounds}api-blue --min-capacity 0 --max-capacity 0`,
      `${service} api-blue --desired-count 0`,
    ]);
    expect(aws.weights).toEqual({ blue: 0, green: 100 });
  });

  it('registers the latest revision with nothing but the image changed', async () => {
    await deploy(canary);
    expect(JSON.parse(aws.tasks['api:8'] ?? '')).toEqual({
      family: 'claude-proxy-staging-api',
      containerDefinitions: [
        {
          name: 'x',
          image: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/claude-proxy/api:v2',
          mountPoints: [{ sourceVolume: 'usage-spool' }],
        },
      ],
      volumes: [{ name: 'usage-spool', host: {} }],
    });
    expect(JSON.parse(aws.tasks['worker:9'] ?? '')).toMatchObject({ family: 'claude-proxy-staging-worker' });
  });

  it('reads the figures of both colours between the steps', async () => {
    await deploy(canary);
    const reads = aws.calls.filter(([service]) => service === 'cloudwatch');
    expect(reads).toHaveLength(4);
    const queries = JSON.parse(reads[0]?.[reads[0].indexOf('--metric-data-queries') + 1] ?? '') as {
      Id: string;
      MetricStat: { Metric: { Dimensions: { Value: string }[] } };
    }[];
    expect(queries.map(({ Id, MetricStat }) => [Id, MetricStat.Metric.Dimensions.at(-1)?.Value])).toEqual([
      ['requests', 'targetgroup/green/g1'],
      ['errors', 'targetgroup/green/g1'],
      ['refused', 'app/claude-proxy/l1'],
      ['new_p95', 'targetgroup/green/g1'],
      ['live_p95', 'targetgroup/blue/b1'],
    ]);
  });

  it('migrates before it deploys, and hands the password over in the environment', async () => {
    await deploy(canary);
    expect(migrations[0]).toContain('postgresql://owner@db.example.org:5432/postgres');
    expect(migrations.flat().join(' ')).not.toContain('p@ss');
  });

  it('tests the new tasks before they have traffic, then the release as clients see it', async () => {
    await deploy(canary);
    const healthChecks = proxy.seen.filter(({ route }) => route === 'GET /health');
    expect(healthChecks.map(({ headers }) => headers[previewed])).toEqual(['green-f2f7dc8e', undefined]);
  });

  it('replaces the live tasks in place with rolling', async () => {
    const { code } = await deploy(['--image', 'v2', '--strategy', 'rolling', '--execute']);
    expect(code).toBe(0);
    expect(aws.services['api-blue']?.task).toBe('api:8');
    expect(aws.services['worker']?.task).toBe('worker:9');
    expect(aws.changes.some((call) => call.startsWith('elbv2'))).toBe(false);
    expect(aws.parameters).toMatchObject({
      'release/live-colour': 'blue',
      'release/image-tag': 'v2',
      'release/previous-image': 'v1',
    });
  });

  it('moves all traffic at once with blue-green', async () => {
    const { code } = await deploy(['--image', 'v2', '--strategy', 'blue-green', '--execute']);
    expect(code).toBe(0);
    expect(aws.changes.filter((call) => call.startsWith('elbv2'))).toHaveLength(1);
    expect(aws.weights).toEqual({ blue: 0, green: 100 });
  });

  it.each(['rolling', 'canary'])(
    'leaves everything as it was, or released, whichever call of a %s release is refused',
    async (strategy) => {
      const args = ['--image', 'v2', '--strategy', strategy, '--execute'];
      // Without a key the smoke test is two requests long; here it is run a hundred times.
      const env = {};
      await deploy(args, { env });
      const callCount = aws.calls.length;
      expect(callCount).toBeGreaterThan(15);

      const ends = new Set<number | null>();
      for (let failing = 0; failing < callCount; failing += 1) {
        newAccount();
        const before = aws.state;
        aws.refuses = (_args, index) => index === failing;
        const { code, stderr } = await deploy(args, { env });
        const call = aws.calls[failing]?.join(' ');
        ends.add(code);
        // Refused at the very end, when the former tasks are only left over, it is released all the same.
        if (code === 0) expect(aws.parameters).toMatchObject({ 'release/image-tag': 'v2' });
        else expect({ call, state: aws.state }).toEqual({ call, state: before });
        expect({ call, stderr }).toEqual({
          call,
          stderr: expect.stringMatching(code === 0 ? /warning: api-blue/u : /error: /u),
        });
      }
      // Something is missing (3), nothing was touched yet (1), taken back (4), released with leftovers (0, with two colours alone).
      expect(ends).toEqual(new Set(strategy === 'rolling' ? [3, 1, 4] : [3, 1, 4, 0]));
    },
    120_000,
  );

  it.each([
    ['5xx answers', { errors: '11.0\t1' }, '1.10 % of the answers are 5xx'],
    [
      'answers that the load balancer gave in place of a broken task',
      { refused: '40.0\t1' },
      '% of the answers are 5xx',
    ],
    ['a slower p95', { new_p95: '9\t1.7' }, 'over 1.5 times the 1.1 s'],
  ])('rolls a canary back by itself on too many %s', async (_what, figures, problem) => {
    const before = aws.state;
    aws.metrics = { ...aws.metrics, ...figures };
    const { code, stdout, stderr } = await deploy(canary);
    expect(code).toBe(4);
    expect(stderr).toContain(problem);
    expect(stdout).toContain('Rolled back: v1 serves as before.');
    expect(aws.changes.filter((call) => call.startsWith('elbv2'))).toHaveLength(2);
    expect(aws.state).toEqual(before);
  });

  it('does not judge by a handful of requests', async () => {
    aws.metrics = { ...aws.metrics, requests: '3.0\t1', errors: '3.0\t1' };
    const { code, stdout } = await deploy(canary);
    expect(code).toBe(0);
    expect(stdout).toContain('too few to judge at 5 %');
  });

  it.each(['api-green', 'worker'])('rolls back when ECS gives the new tasks of %s up', async (service) => {
    const before = aws.state;
    aws.unhealthy.add(service);
    const { code, stderr } = await deploy(canary);
    expect(code).toBe(4);
    expect(stderr).toContain(`${service} went back to`);
    expect(aws.state).toEqual(before);
  });

  it('rolls back when the smoke test of the new tasks fails, before they had any traffic', async () => {
    const before = aws.state;
    proxy.routes['GET /health'] = (response, { headers }) =>
      answerJson(response, headers[previewed] === undefined ? 200 : 503, { status: 'ok' });
    const { code } = await deploy(canary);
    expect(code).toBe(4);
    expect(aws.changes.some((call) => call.startsWith('elbv2'))).toBe(false);
    expect(aws.state).toEqual(before);
  });

  it('deploys nothing when the migrations fail', async () => {
    migrationsFail = true;
    const { code, stderr } = await deploy(canary);
    expect(code).toBe(1);
    expect(stderr).toContain('the migrations failed; nothing was deployed');
    expect(aws.changes).toEqual([]);
  });

  it('deploys nothing when an image is missing', async () => {
    const { code, stderr } = await deploy(['--image', 'v3', '--execute']);
    expect(code).toBe(3);
    expect(stderr).toContain('claude-proxy/api:v3: build and push it first');
    expect(aws.changes).toEqual([]);
  });

  it('rolls back when it is interrupted', async () => {
    const before = aws.state;
    const { code } = await deploy([...canary, '--step-seconds', '20'], { interruptAt: 'waiting 20 s' });
    expect(code).toBe(4);
    expect(aws.state).toEqual(before);
  });

  it('calls for a human when the rollback fails too, and leaves the tasks that have traffic running', async () => {
    let shifts = 0;
    aws.refuses = ([service]) => service === 'elbv2' && (shifts += 1) > 2;
    const { code, stderr } = await deploy(canary);
    expect(code).toBe(5);
    expect(stderr).toContain(`Check the weights of ${listenerArn}`);
    expect(aws.services['api-green']?.desired).toBe(4);
  });

  it('returns to the previous release, at once and without migrations', async () => {
    await deploy(canary);
    aws.calls.length = 0;
    migrations.length = 0;
    const { code, stdout } = await deploy(['--rollback', '--execute']);
    expect(code).toBe(0);
    expect(stdout).toContain('Roll staging back from v2 to v1 by blue-green');
    expect(migrations).toEqual([]);
    expect(aws.weights).toEqual({ blue: 100, green: 0 });
    expect(aws.services).toMatchObject({
      'api-blue': { task: 'api:7', desired: 4 },
      'api-green': { desired: 0 },
      worker: { task: 'worker:7' },
    });
    expect(aws.parameters).toMatchObject({ 'release/image-tag': 'v1', 'release/previous-image': 'v2' });
  });

  it.each([
    [
      'jobs stay queued because of the worker that is to be rolled back',
      () => {
        proxy.routes['GET /api/jobs/job-1'] = (response) =>
          answerJson(response, 200, { job_id: 'job-1', status: 'failed' });
      },
      /durable: result \(answered 200, expected 200 with status succeeded/u,
    ],
    [
      'SMOKE_API_KEY is outdated',
      () => {
        for (const route of ['GET /v1/models', 'POST /v1/messages', 'POST /api/enqueue'])
          proxy.routes[route] = refuseKey;
      },
      /models \(answered 401.*; message \(answered 401.*; durable: accepted \(answered 401/u,
    ],
    [
      'the vendor is overloaded',
      () => {
        const answer = proxy.routes['POST /v1/messages'];
        proxy.routes['POST /v1/messages'] = (response, seen) =>
          seen.headers['x-api-key'] === undefined
            ? answer?.(response, seen)
            : answerJson(response, 529, { type: 'error', error: { type: 'overloaded_error' } });
      },
      /message \(answered 529.*; streamed message \(answered 529/u,
    ],
  ])('returns although %s, and says what fails', async (_what, breakProxy, told) => {
    await deploy(canary);
    proxy.seen.length = 0;
    breakProxy();
    const { code, stderr } = await deploy(['--rollback', '--execute']);
    expect({ code, weights: aws.weights }).toEqual({ code: 0, weights: { blue: 100, green: 0 } });
    expect(stderr).toMatch(/^warning: v1 serves again, but fails the smoke test: /u);
    expect(stderr).toMatch(told);
    expect(aws.services['worker']?.task).toBe('worker:7');
    expect(aws.parameters).toMatchObject({ 'release/image-tag': 'v1', 'release/live-colour': 'blue' });
    const preview = proxy.seen
      .filter(({ headers }) => headers[previewed] === 'blue-f2f7dc8e')
      .map(({ route }) => route);
    expect(preview).toEqual(['GET /health', 'POST /v1/messages']);
  });

  it.each([['blue-green'], ['rolling']])('returns by %s although the final smoke test fails', async (strategy) => {
    await deploy(canary);
    proxy.routes['POST /api/enqueue'] = (response) => answerJson(response, 503, { type: 'error' });
    const { code, stderr } = await deploy(['--rollback', '--strategy', strategy, '--execute']);
    expect(code).toBe(0);
    expect(stderr).toContain('durable: accepted (answered 503');
    expect(aws.parameters['release/image-tag']).toBe('v1');
  });

  it('does not return to tasks that are not healthy', async () => {
    await deploy(canary);
    const before = aws.state;
    proxy.routes['GET /health'] = (response, { headers }) =>
      answerJson(response, headers[previewed] === undefined ? 200 : 503, { status: 'ok' });
    expect((await deploy(['--rollback', '--execute'])).code).toBe(4);
    expect(aws.state).toEqual(before);
  });

  it('tests a release with a model that its routes serve', async () => {
    const env = { SMOKE_API_KEY: FakeProxy.key, SMOKE_MODEL: 'gpt-5.4' };
    expect((await deploy(canary, { env })).code).toBe(0);
    const asked = proxy.seen.filter(({ route }) => route === 'POST /v1/messages' || route === 'POST /api/enqueue');
    expect(asked.length).toBeGreaterThan(3);
    for (const { body } of asked) expect(body).toContain('"model":"gpt-5.4"');
  });

  it('reaches the new tasks of an environment, too, that knows no id of previews yet', async () => {
    delete aws.parameters['deploy/preview-id'];
    expect((await deploy(canary)).code).toBe(0);
    expect(proxy.seen.some(({ headers }) => headers[previewed] === 'green')).toBe(true);
  });

  it('plans a rollback with the tests that it makes', async () => {
    await deploy(canary);
    const { stdout } = await deploy(['--rollback']);
    expect(stdout).toContain(`would run: PROXY_API_KEY= ./infra/scripts/smoke_test.sh --url ${proxy.url} --header`);
    expect(stdout).toContain(
      `would run: PROXY_API_KEY=$SMOKE_API_KEY ./infra/scripts/smoke_test.sh --url ${proxy.url}\n`,
    );
  });

  it('has nothing to return to before the second release', async () => {
    const { code, stderr } = await deploy(['--rollback', '--execute']);
    expect(code).toBe(1);
    expect(stderr).toContain('there is no previous release');
  });

  it('refuses to start while another release is halfway, and --rollback then returns the traffic', async () => {
    const before = aws.state;
    Object.assign(aws.weights, { blue: 75, green: 25 });
    const refused = await deploy(canary);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('api-green has 25 % of the traffic');
    const returned = await deploy(['--rollback', '--execute']);
    expect(returned.code).toBe(0);
    expect(aws.state).toEqual(before);
  });

  describe('for production', () => {
    beforeEach(() => newAccount('production'));

    it('only plans without --execute', async () => {
      expect((await deployProduction(['--yes'])).code).toBe(0);
      expect(aws.changes).toEqual([]);
    });

    it.each(['', 'yes\n', 'staging\n'])('changes nothing when %j is typed', async (input) => {
      const { code, stderr } = await deployProduction(['--execute'], input);
      expect(code).toBe(1);
      expect(stderr).toContain('not confirmed: nothing was changed');
      expect(aws.changes).toEqual([]);
    });

    it.each([
      [['--execute'], 'production\n'],
      [['--execute', '--yes'], ''],
    ])('releases with %j and %j typed', async (args, input) => {
      expect((await deployProduction(args, input)).code).toBe(0);
      expect(aws.parameters['release/image-tag']).toBe('v2');
    });
  });

  it.each([
    [['--image', 'v2'], '--env staging|production is needed'],
    [['--env', 'prod', '--image', 'v2'], '--env must be staging or production'],
    [['--env', 'staging'], '--image is needed'],
    [['--env', 'staging', '--image', 'a b'], '--image is a tag'],
    [['--env', 'staging', '--image', 'v2', '--strategy', 'fast'], '--strategy must be'],
    [['--env', 'staging', '--image', 'v2', '--rollback'], '--rollback knows its image'],
    [['--env', 'staging', '--image', 'v2', '--max-5xx-percent', 'few'], '--max-5xx-percent must be a number'],
  ])('refuses %j with exit code 2 and calls nothing', async (args, problem) => {
    const { code, stderr } = await commands.run('deploy_release.sh', args);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
    expect(aws.calls).toEqual([]);
  });
});
