import { createRequire } from 'node:module';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { basePathProblem } from './base-path.js';
import type { Config, DurableConfig, Routing, TraceProtocol } from './config.js';
import { ConfigurationError } from './configuration-error.js';
import { defaultRetries, defaultRoutes } from './default-routes.js';
import { withoutSlash } from './endpoint.validator.js';
import { Environment } from './environment.js';
import { frozen } from './frozen.js';
import { readRouteFile, readRoutes, type RouteFileContent } from './route-file/read-route-file.js';
import { Secret } from './secret.js';
import { targetsFromEnvironment } from './targets-from-environment.js';
import { describedVariables } from './variable.decorator.js';

export type ProcessRole = 'api' | 'worker';

/**
 * Reads and validates the environment. Throws `ConfigurationError` that lists every problem.
 * An empty variable counts as unset: that is how compose files and task definitions say "none".
 */
export function loadConfig(variables: Readonly<Record<string, string | undefined>>, role: ProcessRole): Config {
  const environment = readEnvironment(variables);
  // The first decorator's word, which comes last: what is no number at all is not told that it is too great a one.
  const problems = validateSync(environment).flatMap(({ constraints }) => Object.values(constraints ?? {}).slice(-1));
  problems.push(...missing(environment, role), ...misplacedPaths(environment), ...contradictions(environment, role));
  const protocol = collect(problems, () => traceProtocol(environment));
  const routing = collect(problems, () => routingOf(environment, variables));
  if (routing === undefined || problems.length > 0) throw new ConfigurationError(problems);
  return frozen(build(environment, routing, protocol));
}

/** The routing as the route file says now. Throws `ConfigurationError` that lists every problem of it with its line. */
export function loadRouteFile(path: string, variables: Readonly<Record<string, string | undefined>>): RouteFileContent {
  return readRouteFile(path, variables, targetsFromEnvironment(readEnvironment(variables)));
}

function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const names = new Set(describedVariables().map(({ name }) => name));
  const set = Object.fromEntries(
    Object.entries(variables).filter(([name, value]) => names.has(name) && value !== undefined && value.trim() !== ''),
  );
  return plainToInstance(Environment, set, { exposeDefaultValues: true });
}

function routingOf(environment: Environment, variables: Readonly<Record<string, string | undefined>>): Routing {
  const targets = targetsFromEnvironment(environment);
  const { GATEWAY_CONFIG: path, GATEWAY_CONFIG_YAML: text } = environment;
  if (path !== undefined && text !== undefined) {
    throw new ConfigurationError([
      'GATEWAY_CONFIG and GATEWAY_CONFIG_YAML are both set: the routes come from a file or from the variable itself, so unset one',
    ]);
  }
  if (path !== undefined) return readRouteFile(path, variables, targets).routing;
  if (text !== undefined) return readRoutes({ name: 'GATEWAY_CONFIG_YAML', text }, variables, targets).routing;
  return { targets, routes: defaultRoutes(targets), prices: [], retries: defaultRetries };
}

/** Adds the problems of a part to those of the whole, so that one start tells all of them. */
function collect<T>(problems: string[], load: () => T): T | undefined {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function missing(environment: Environment, role: ProcessRole): string[] {
  const problems: string[] = [];
  if (role === 'api' && environment.PROXY_API_KEY === undefined) {
    problems.push('PROXY_API_KEY is missing: the key that clients send, 32 to 256 characters');
  }
  const azure = [environment.AZURE_OPENAI_ENDPOINT, environment.AZURE_OPENAI_MODEL];
  const azureKey = environment.AZURE_OPENAI_API_KEY ?? environment.AZURE_OPENAI_AD_TOKEN;
  const hasRouteFile = environment.GATEWAY_CONFIG !== undefined || environment.GATEWAY_CONFIG_YAML !== undefined;
  // A key by itself is what a route file refers to.
  const someAzure = azure.some((value) => value !== undefined) || (azureKey !== undefined && !hasRouteFile);
  if (someAzure && [...azure, azureKey].some((value) => value === undefined)) {
    problems.push(
      'Azure OpenAI needs all of AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_MODEL and AZURE_OPENAI_API_KEY (or AZURE_OPENAI_AD_TOKEN)',
    );
  }
  if (
    !someAzure &&
    !hasRouteFile &&
    environment.ANTHROPIC_API_KEY === undefined &&
    environment.OPENAI_API_KEY === undefined &&
    environment.OPENAI_COMPATIBLE_BASE_URL === undefined
  ) {
    problems.push(
      'no upstream is configured: set ANTHROPIC_API_KEY, AZURE_OPENAI_*, OPENAI_API_KEY, OPENAI_COMPATIBLE_BASE_URL, GATEWAY_CONFIG or GATEWAY_CONFIG_YAML',
    );
  }
  problems.push(...missingOfDurable(environment, role));
  return problems;
}

function missingOfDurable(environment: Environment, role: ProcessRole): string[] {
  const needed = ['SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY', 'SQS_QUEUE_URL'] as const;
  const lacking = needed.filter((name) => environment[name] === undefined);
  if (lacking.length === 0) return [];
  if (role === 'worker') return lacking.map((name) => `${name} is missing: the worker runs only durable jobs`);
  if (lacking.length === needed.length) return [];
  return [
    `durable requests are only partly configured: ${lacking.join(' and ')} ${lacking.length === 1 ? 'is' : 'are'} missing`,
  ];
}

const baseUrls = [
  ['ANTHROPIC_BASE_URL', 'anthropic'],
  ['AZURE_OPENAI_ENDPOINT', 'azure-openai'],
  ['OPENAI_BASE_URL', 'openai'],
  ['OPENAI_COMPATIBLE_BASE_URL', 'openai-compatible'],
] as const;

/** URLs whose path is somebody else's. */
function misplacedPaths(environment: Environment): string[] {
  const problems = baseUrls.flatMap(([name, provider]) => {
    const problem = basePathProblem(provider, withoutSlash(environment[name] ?? ''));
    return problem === undefined ? [] : [`${name} ${problem}`];
  });
  if (/\/rest\/v1\/*$/.test(environment.SUPABASE_URL ?? ''))
    problems.push('SUPABASE_URL must end before /rest/v1, which is added to it');
  return problems;
}

/** Variables that are each right in themselves. */
function contradictions(environment: Environment, role: ProcessRole): string[] {
  const problems: string[] = [];
  if (role === 'api' && environment.METRICS_PORT === environment.PORT) {
    problems.push('METRICS_PORT is the same as PORT: metrics without a key need a port of their own');
  }
  if (environment.AWS_ENDPOINT_URL_SQS !== undefined) return problems;
  for (const name of ['SQS_QUEUE_URL', 'SQS_DLQ_URL'] as const) {
    const region = /^https:\/\/sqs\.([\w-]+)\.amazonaws\.com/.exec(environment[name] ?? '')?.[1];
    // AWS refuses calls that are signed for another region, in words that name neither variable.
    if (region !== undefined && region !== environment.AWS_REGION) {
      problems.push(`${name} is a queue in another region than AWS_REGION, which is us-east-1 unless it is set`);
    }
  }
  return problems;
}

function build(environment: Environment, routing: Routing, protocol: TraceProtocol | undefined): Config {
  return {
    ...routing,
    routeFile: environment.GATEWAY_CONFIG,
    environment: environment.NODE_ENV,
    deploymentEnvironment: environment.DEPLOYMENT_ENVIRONMENT ?? environment.NODE_ENV,
    logLevel: logLevel(environment),
    version: productVersion(),
    port: environment.PORT,
    workerPort: environment.WORKER_PORT,
    proxyKeys: [environment.PROXY_API_KEY, environment.PROXY_API_KEY_PREVIOUS]
      .filter((key) => key !== undefined)
      .map((key) => new Secret(key)),
    durable: buildDurable(environment),
    corsOrigins: environment.CORS_ORIGINS,
    throttle: {
      ipPerMinute: environment.THROTTLE_IP_PER_MINUTE,
      keyPerMinute: environment.THROTTLE_KEY_PER_MINUTE,
      globalPerMinute: environment.THROTTLE_GLOBAL_PER_MINUTE,
    },
    trustProxyHops: environment.TRUST_PROXY,
    shutdownDelayMs: environment.SHUTDOWN_DELAY_SECONDS * 1000,
    shutdownDeadlineMs: environment.SHUTDOWN_DEADLINE_SECONDS * 1000,
    usageSpoolDir: environment.USAGE_SPOOL_DIR,
    metrics: {
      port: environment.METRICS_PORT,
      embedded:
        environment.METRICS_EMF === undefined
          ? environment.ECS_CONTAINER_METADATA_URI_V4 !== undefined
          : environment.METRICS_EMF === 'true',
    },
    traceProtocol: protocol,
    healthMemoryLimitBytes: environment.HEALTH_MEMORY_LIMIT_MB * 1024 * 1024,
  };
}

function buildDurable(environment: Environment): DurableConfig | undefined {
  if (!environment.SUPABASE_URL || !environment.SUPABASE_SERVICE_ROLE_KEY || !environment.SQS_QUEUE_URL)
    return undefined;
  return {
    supabaseUrl: withoutSlash(environment.SUPABASE_URL),
    supabaseKey: new Secret(environment.SUPABASE_SERVICE_ROLE_KEY),
    queueUrl: environment.SQS_QUEUE_URL,
    deadLetterQueueUrl: environment.SQS_DLQ_URL,
    region: environment.AWS_REGION,
    sqsEndpoint: environment.AWS_ENDPOINT_URL_SQS,
    concurrency: environment.WORKER_CONCURRENCY,
    leaseSeconds: environment.JOB_LEASE_SECONDS,
    maxAttempts: environment.JOB_MAX_ATTEMPTS,
    retention: { jobDays: environment.JOB_RETENTION_DAYS, usageDays: environment.USAGE_RETENTION_DAYS },
  };
}

function logLevel({ DEBUG, LOG_LEVEL }: Environment): string {
  const asked = DEBUG?.split(/[\s,]+/).some((name) => name === '*' || name === 'claude-proxy') ?? false;
  return asked && LOG_LEVEL !== 'trace' ? 'debug' : LOG_LEVEL;
}

function traceProtocol(environment: Environment): TraceProtocol | undefined {
  const endpoint = environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? environment.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isOff = environment.OTEL_SDK_DISABLED === 'true' || environment.OTEL_TRACES_EXPORTER === 'none';
  if (isOff || endpoint === undefined) return undefined;
  const { OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: ofTraces, OTEL_EXPORTER_OTLP_PROTOCOL: ofAll } = environment;
  const protocol = ofTraces ?? ofAll ?? 'http/protobuf';
  if (protocol !== 'grpc') return protocol;
  const name = ofTraces === undefined ? 'OTEL_EXPORTER_OTLP_PROTOCOL' : 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL';
  throw new ConfigurationError([
    `${name} must be http/protobuf or http/json where traces are on: grpc is not supported`,
  ]);
}

/** Found by Node's own resolver, because the sources and `dist/` lie at different depths. */
function productVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('#package.json');
  return String((manifest as { version: unknown }).version);
}
