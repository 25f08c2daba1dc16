import { readFileSync } from 'node:fs';

import type { CommandAnswer } from './stand-in-commands.js';

interface Service {
  task: string;
  desired: number;
  deployment: string;
}

const arn = (rest: string) => `arn:aws:elasticloadbalancing:eu-central-1:111122223333:${rest}`;
const blueGroup = arn('targetgroup/claude-proxy-staging-blue/b1');
const greenGroup = arn('targetgroup/claude-proxy-staging-green/g1');
const ok = (output = ''): CommandAnswer => ({ code: 0, output });
const colourOf = (group: string) => (group === blueGroup ? 'blue' : 'green');
export const listenerArn = arn('listener/app/claude-proxy-staging/l1/l2');

/**
 * An AWS account with one environment, as far as the scripts see it: it remembers what calls change, so that a test can compare the
 * state before and after. Answers are what `--query … --output text` prints.
 */
export class FakeAws {
  readonly calls: string[][] = [];
  /** Calls for which this holds are refused; nothing of them takes effect. `index` counts from 0. */
  refuses: (args: readonly string[], index: number) => boolean = () => false;
  /** Services whose new tasks never become healthy: ECS goes back to the former ones by itself. */
  readonly unhealthy = new Set<string>();
  metrics: Record<string, string> = {
    requests: '1000.0\t100.0',
    errors: '1.0\t0.1',
    refused: '0.0\tNone',
    new_p95: '9\t1.2',
    live_p95: '9\t1.1',
  };
  /** `undefined`: the secret has no value yet. */
  secret: string | undefined = JSON.stringify({
    PROXY_API_KEY: 'former-key',
    ANTHROPIC_API_KEY: 'vendor-key',
    EXTRA: 'kept',
  });
  readonly secretVersions = new Map<string, string>();
  currentVersion = 'version-1';
  deadLetters = 3;
  movedFailure: string | undefined;
  private moving = false;
  private revisions = 7;
  private deployments = 0;

  readonly services: Record<string, Service> = {
    'api-blue': { task: 'api:7', desired: 4, deployment: 'd-api-blue' },
    'api-green': { task: 'api:6', desired: 0, deployment: 'd-api-green' },
    worker: { task: 'worker:7', desired: 3, deployment: 'd-worker' },
  };
  readonly bounds: Record<string, readonly [number, number]> = {
    'api-blue': [2, 9],
    'api-green': [0, 0],
    worker: [1, 6],
  };
  readonly weights: Record<string, number> = { blue: 100, green: 0 };
  readonly tasks: Record<string, string> = {};
  readonly images = new Set(['v1', 'v2']);
  readonly parameters: Record<string, string>;

  constructor(environment: 'staging' | 'production', url: string) {
    this.parameters = {
      'deploy/cluster': `claude-proxy-${environment}`,
      'deploy/api-repository': '111122223333.dkr.ecr.eu-central-1.amazonaws.com/claude-proxy/api',
      'deploy/worker-repository': '111122223333.dkr.ecr.eu-central-1.amazonaws.com/claude-proxy/worker',
      'deploy/api-family': `claude-proxy-${environment}-api`,
      'deploy/worker-family': `claude-proxy-${environment}-worker`,
      'deploy/listener-arn': listenerArn,
      'deploy/preview-id': 'f2f7dc8e',
      'deploy/target-group-blue': blueGroup,
      'deploy/target-group-green': greenGroup,
      'deploy/load-balancer-dimension': 'app/claude-proxy/l1',
      'deploy/blue-dimension': 'targetgroup/blue/b1',
      'deploy/green-dimension': 'targetgroup/green/g1',
      'deploy/dead-letter-url': 'https://sqs.eu-central-1.amazonaws.com/111122223333/jobs-dlq',
      'deploy/migrations-secret': 'claude-proxy-secrets-migrations',
      'deploy/application-secret': 'claude-proxy-secrets',
      'deploy/url': url,
      'release/live-colour': 'blue',
      'release/image-tag': 'v1',
      'release/previous-image': 'none',
      'release/previous-api-task': 'none',
      'release/previous-worker-task': 'none',
    };
  }

  /** What clients are served by, and from what the next release starts. Which task an empty service would run is neither. */
  get state(): unknown {
    return structuredClone({
      weights: this.weights,
      services: Object.fromEntries(
        Object.entries(this.services).map(([name, { task, desired }]) => [
          name,
          desired === 0 ? 'empty' : { task, desired },
        ]),
      ),
      bounds: this.bounds,
      release: Object.fromEntries(Object.entries(this.parameters).filter(([name]) => name.startsWith('release/'))),
    });
  }

  /** The calls that change something, as one line each. */
  get changes(): string[] {
    const reading = /^(describe|get|list|receive|wait)/u;
    return this.calls.filter(([, action = '']) => !reading.test(action)).map((call) => call.join(' '));
  }

  handle = (args: readonly string[]): CommandAnswer => {
    this.calls.push([...args]);
    if (this.refuses(args, this.calls.length - 1)) {
      return { code: 254, output: 'An error occurred (ThrottlingException): injected by the test' };
    }
    return this.answer(args);
  };

  private answer(args: readonly string[]): CommandAnswer {
    const option = (name: string): string => args[args.indexOf(name) + 1] ?? '';
    const serviceOf = (name: string): Service => {
      const service = this.services[name];
      if (service === undefined) throw new Error(`no service ${name}`);
      return service;
    };

    switch (`${args[0]} ${args[1]}`) {
      case 'sts get-caller-identity':
        return ok('111122223333');
      case 'ssm get-parameters-by-path':
        return ok(
          Object.entries(this.parameters)
            .map(([name, value]) => `${option('--path')}/${name}\t${value}`)
            .join('\n'),
        );
      case 'ssm put-parameter':
        this.parameters[option('--name').split('/').slice(3).join('/')] = option('--value');
        return ok();
      case 'ecr describe-images':
        return this.images.has(option('--image-ids').replace('imageTag=', ''))
          ? ok('sha256:0123')
          : { code: 254, output: 'ImageNotFoundException' };
      case 'ecs describe-task-definition': {
        const definition: Record<string, unknown> = {
          taskDefinitionArn: 'arn:aws:ecs:eu-central-1:111122223333:task-definition/x:7',
          family: option('--task-definition'),
          containerDefinitions: [{ name: 'x', image: 'registry/x:v1', mountPoints: [{ sourceVolume: 'usage-spool' }] }],
          volumes: [{ name: 'usage-spool', host: {} }],
          status: 'ACTIVE',
        };
        const asked = [...option('--query').matchAll(/(\w+):\1/gu)].map(([, field = '']) => field);
        return ok(JSON.stringify(Object.fromEntries(asked.map((field) => [field, definition[field]])), undefined, 4));
      }
      case 'ecs register-task-definition': {
        const definition = option('--cli-input-json');
        const name = `${definition.includes('-worker') ? 'worker' : 'api'}:${(this.revisions += 1)}`;
        this.tasks[name] = definition;
        return ok(name);
      }
      case 'ecs update-service': {
        const service = serviceOf(option('--service'));
        const healthy = !this.unhealthy.has(option('--service'));
        if (args.includes('--task-definition') && healthy) service.task = option('--task-definition');
        if (args.includes('--desired-count')) service.desired = Number(option('--desired-count'));
        const deployment = `deployment-${(this.deployments += 1)}`;
        service.deployment = healthy ? deployment : 'deployment-of-the-circuit-breaker';
        return ok(deployment);
      }
      case 'ecs describe-services': {
        const names = args.slice(args.indexOf('--services') + 1, args.indexOf('--query'));
        const query = option('--query');
        const one = serviceOf(names[0] ?? '');
        if (query.includes('serviceName')) {
          return ok(names.map((name) => `${name}\t${serviceOf(name).desired}\t${serviceOf(name).task}`).join('\n'));
        }
        if (query.includes('runningCount')) return ok(`${one.desired}\t${one.desired}`);
        return ok(query.includes('.id') ? one.deployment : one.task);
      }
      case 'ecs wait':
        return ok();
      case 'application-autoscaling describe-scalable-targets':
        return ok((this.bounds[option('--resource-ids').split('/')[2] ?? ''] ?? []).join('\t'));
      case 'application-autoscaling register-scalable-target':
        this.bounds[option('--resource-id').split('/')[2] ?? ''] = [
          Number(option('--min-capacity')),
          Number(option('--max-capacity')),
        ];
        return ok();
      case 'elbv2 describe-listeners':
        return ok(String(this.weights[option('--query').includes(blueGroup) ? 'blue' : 'green']));
      case 'elbv2 modify-listener': {
        const [action] = JSON.parse(option('--default-actions')) as [
          { ForwardConfig: { TargetGroups: { TargetGroupArn: string; Weight: number }[] } },
        ];
        for (const group of action.ForwardConfig.TargetGroups) {
          this.weights[colourOf(group.TargetGroupArn)] = group.Weight;
        }
        return ok();
      }
      case 'cloudwatch get-metric-data':
        JSON.parse(option('--metric-data-queries'));
        return ok(
          Object.entries(this.metrics)
            .map(([id, figures]) => `${id}\t${figures}`)
            .join('\n'),
        );
      case 'secretsmanager get-secret-value':
        if (option('--secret-id').endsWith('-migrations'))
          return ok('postgresql://owner:p%40ss@db.example.org:5432/postgres');
        return this.secret === undefined
          ? { code: 254, output: 'An error occurred (ResourceNotFoundException)' }
          : ok(`${this.currentVersion}\t${this.secret}`);
      case 'secretsmanager put-secret-value':
        // Read now: the script removes the file when it ends.
        this.secretVersions.set('version-2', readFileSync(option('--secret-string').replace('file://', ''), 'utf8'));
        this.currentVersion = 'version-2';
        return ok('version-2');
      case 'secretsmanager update-secret-version-stage':
        this.currentVersion = option('--move-to-version-id');
        return ok();
      case 'sqs get-queue-attributes':
        return ok(`arn:aws:sqs:eu-central-1:111122223333:jobs-dlq\t${this.deadLetters}`);
      case 'sqs receive-message':
        return ok('1790000000000\t{"jobId":"7f9c"}');
      case 'sqs list-message-move-tasks':
        if (option('--query').includes('TaskHandle')) return ok(this.moving ? 'task-handle' : 'None');
        if (this.movedFailure !== undefined) return ok(`FAILED\t1\t3\t${this.movedFailure}`);
        this.moving = false;
        return ok('COMPLETED\t3\t3\tNone');
      case 'sqs start-message-move-task':
        this.moving = true;
        return ok();
      case 'sqs cancel-message-move-task':
        this.moving = false;
        return ok();
      default:
        return { code: 252, output: `the stand-in knows no aws ${args.join(' ')}` };
    }
  }
}
