import type { ModelCapabilities } from '#wire';
import type { Secret } from './secret.js';

/** The process's whole configuration: validated once, frozen, safe to print. */
export interface Config extends Routing {
  readonly environment: 'development' | 'production' | 'test';
  /** Such as `staging`: what log lines, metrics and traces are told apart by. */
  readonly deploymentEnvironment: string;
  readonly logLevel: string;
  readonly version: string;
  readonly port: number;
  readonly workerPort: number;
  /** Accepted client keys, the current one first. */
  readonly proxyKeys: readonly Secret[];
  /** Path of the route file that the routing came from, and comes from again when it changes; absent: it never changes. */
  readonly routeFile?: string;
  /** Absent: sync and stream alone. */
  readonly durable?: DurableConfig;
  readonly corsOrigins: readonly string[];
  /** Requests; 0: no limit. */
  readonly throttle: { readonly ipPerMinute: number; readonly keyPerMinute: number; readonly globalPerMinute: number };
  /** Hops between the client and us. */
  readonly trustProxyHops: number;
  /** After SIGTERM: unready, but still accepting, while the balancer turns elsewhere. */
  readonly shutdownDelayMs: number;
  readonly shutdownDeadlineMs: number;
  /** Where usage rows wait on disk; absent: in memory alone. */
  readonly usageSpoolDir?: string;
  readonly metrics: {
    /** Where the API serves them without a key; absent: with the key, on its own port. */
    readonly port?: number;
    /** Whether they are logged for CloudWatch as well. */
    readonly embedded: boolean;
  };
  /** How traces are sent; absent: not at all. To where and which of them, the OpenTelemetry SDK reads from the environment. */
  readonly traceProtocol?: TraceProtocol;
  /** Bytes; 0: derived from the container. */
  readonly healthMemoryLimitBytes: number;
}

/** OpenTelemetry's names. */
export type TraceProtocol = 'http/protobuf' | 'http/json';

/** Where requests go, and what that costs: the part of the configuration that may change while the process runs. */
export interface Routing {
  readonly targets: readonly TargetConfig[];
  /** The first that fits decides. */
  readonly routes: readonly RouteConfig[];
  readonly prices: readonly PriceConfig[];
  readonly retries: RetryConfig;
}

/** One upstream that requests can be sent to: a server, a credential and, where it is fixed, a model. */
export interface TargetConfig {
  /** Unique; shown to operators and, as `x-proxy-upstream`, to clients. */
  readonly name: string;
  /** Provider id: which adapter speaks to it. */
  readonly provider: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey?: Secret;
  /** An OAuth token (Microsoft Entra), used in place of the key. */
  readonly bearerToken?: Secret;
  /** The upstream model or deployment that serves every request; absent: the name that the client asked for. */
  readonly model?: string;
  /** The upstream model that serves names which are not the vendor's own (`isVendorsOwn`); absent: those names too are asked for. */
  readonly standInModel?: string;
  /** The model whose capabilities hold, where `model` is only a deployment's name. */
  readonly baseModel?: string;
  /** What the operator knows better than the table of models. */
  readonly capabilities?: Partial<ModelCapabilities>;
  readonly timeouts?: Partial<TargetTimeouts>;
  /** Calls under way at once; beyond it they queue. */
  readonly maxConcurrent?: number;
  readonly queue?: { readonly max: number; readonly waitMs: number };
  /** Azure alone: selects the classic deployment paths. */
  readonly apiVersion?: string;
}

/** Milliseconds. */
export interface TargetTimeouts {
  readonly connectMs: number;
  /** Until the answer's headers, for a stream; a plain answer has until `totalMs`. */
  readonly firstByteMs: number;
  /** Between two reads of an answer. */
  readonly idleMs: number;
  /** The whole call. */
  readonly totalMs: number;
}

/** Which targets serve which model names, in the order in which they are tried. */
export interface RouteConfig {
  /** Model names, `*` standing for any run of characters. */
  readonly match: readonly string[];
  /** The name that upstreams are asked for in place of the client's; a target's fixed model is stronger. */
  readonly alias?: string;
  readonly targets: readonly RouteTargetConfig[];
  /** `session`: the choice by weight and canary share is the same for all requests of a session. */
  readonly sticky: 'session' | 'none';
  /** False: the chosen target alone is tried. */
  readonly fallback: boolean;
}

/**
 * A target's part in a route. Those with a weight share the traffic and stand in for each other; those without are tried
 * after them, in their order. A canary gets its share of the traffic and is nobody's fallback.
 */
export interface RouteTargetConfig {
  readonly target: string;
  /** As in the route, for this target alone. */
  readonly alias?: string;
  readonly weight?: number;
  /** Share of the traffic, above 0 and below 1. */
  readonly canary?: number;
}

/** What a model costs, in micro-USD for a million tokens of each kind. */
export interface PriceConfig {
  /** Prefix of the upstream model's name; the longest that fits holds. */
  readonly model: string;
  /** The day on which the vendor's list said so: `2026-11-01`. */
  readonly asOf: string;
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite5m?: number;
  readonly cacheWrite1h?: number;
}

export interface RetryConfig {
  /** Calls in all for one request; a route with more targets gets one for each. */
  readonly maxAttempts: number;
  /** Ceiling of the first pause, which doubles with each retry up to `maxDelayMs`. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

export interface DurableConfig {
  readonly supabaseUrl: string;
  readonly supabaseKey: Secret;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl?: string;
  readonly region: string;
  readonly sqsEndpoint?: string;
  readonly concurrency: number;
  readonly leaseSeconds: number;
  readonly maxAttempts: number;
  /** Days that finished jobs, and rows of the ledger, are kept; 0: for ever. */
  readonly retention: { readonly jobDays: number; readonly usageDays: number };
}
