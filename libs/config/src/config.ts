import type { ModelCapabilities } from '#wire';
import type { Secret } from './secret.js';

/** The process's whole configuration: validated once, frozen, safe to print. */
export interface Config {
  readonly environment: 'development' | 'production' | 'test';
  readonly logLevel: string;
  readonly version: string;
  readonly port: number;
  readonly workerPort: number;
  /** Accepted client keys, the current one first. */
  readonly proxyKeys: readonly Secret[];
  readonly targets: readonly TargetConfig[];
  readonly routes: readonly RouteConfig[];
  /** Absent: sync and stream alone. */
  readonly durable?: DurableConfig;
  readonly corsOrigins: readonly string[];
  readonly throttle: { readonly ipPerMinute: number; readonly globalPerMinute: number };
  /** Hops between the client and us. */
  readonly trustProxyHops: number;
  /** After SIGTERM: unready, but still accepting, while the balancer turns elsewhere. */
  readonly shutdownDelayMs: number;
  readonly shutdownDeadlineMs: number;
  /** Bytes; 0: derived from the container. */
  readonly healthMemoryLimitBytes: number;
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

/** Which targets serve which model names, the first that fits; targets in the order in which they are tried. */
export interface RouteConfig {
  /** A model name, `*` standing for any run of characters. */
  readonly match: string;
  readonly targets: readonly string[];
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
}
