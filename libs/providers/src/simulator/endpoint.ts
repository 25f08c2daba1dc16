import type { IncomingHttpHeaders } from 'node:http';

export type Vendor = 'anthropic' | 'openai' | 'azure';

export interface Endpoint {
  readonly vendor: Vendor;
  readonly operation:
    | 'messages'
    | 'chat'
    | 'responses'
    | 'count_tokens'
    | 'input_tokens'
    | 'models'
    | 'home'
    | 'unknown';
  /** Without the query. */
  readonly path: string;
  /** Azure's classic path names the deployment there and ignores the body's `model`. */
  readonly deployment?: string;
  /** `GET /v1/models/{id}`. */
  readonly modelId?: string;
}

const posts: Readonly<Record<string, readonly [Vendor, Endpoint['operation']]>> = {
  '/v1/messages': ['anthropic', 'messages'],
  '/v1/messages/count_tokens': ['anthropic', 'count_tokens'],
  '/v1/chat/completions': ['openai', 'chat'],
  '/v1/responses': ['openai', 'responses'],
  '/v1/responses/input_tokens': ['openai', 'input_tokens'],
  '/openai/v1/chat/completions': ['azure', 'chat'],
  '/openai/v1/responses': ['azure', 'responses'],
  '/openai/v1/responses/input_tokens': ['azure', 'input_tokens'],
};

/** Every path that the simulator plays. A classic Azure path without `api-version` is unknown, as it is to Azure. */
export function findEndpoint(method: string, target: string, headers: IncomingHttpHeaders): Endpoint {
  const url = new URL(target, 'http://simulator');
  const path = url.pathname;
  const known = method === 'POST' ? posts[path] : undefined;
  if (known) return { vendor: known[0], operation: known[1], path };

  const asksAnthropic = headers['anthropic-version'] !== undefined || headers['x-api-key'] !== undefined;
  const vendor: Vendor = path.startsWith('/openai/') ? 'azure' : asksAnthropic ? 'anthropic' : 'openai';
  if (method === 'POST' && url.searchParams.has('api-version')) {
    const deployment = /^\/openai\/deployments\/([^/]+)\/chat\/completions$/.exec(path)?.[1];
    if (deployment) return { vendor, operation: 'chat', path, deployment: decodeURIComponent(deployment) };
    if (path === '/openai/responses') return { vendor, operation: 'responses', path };
  }
  const models = /^(?:\/openai)?\/v1\/models(?:\/(.+))?$/.exec(path);
  if (method === 'GET' && models) {
    return { vendor, operation: 'models', path, ...(models[1] ? { modelId: decodeURIComponent(models[1]) } : {}) };
  }
  if ((method === 'GET' || method === 'HEAD') && (path === '/' || path === '/api/hello')) {
    return { vendor, operation: 'home', path };
  }
  return { vendor, operation: 'unknown', path };
}
