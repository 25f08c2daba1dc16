import type { Request } from 'express';
import { GatewayError } from '#wire';

const longestPath = 200;

/** A layer of Express's router, whose types leave out what it matches with. */
interface Layer {
  /** None for middleware. A handler of all methods has no method of its own. */
  readonly route?: { readonly stack: readonly { readonly method?: string }[] };
  match(path: string): unknown;
}

/**
 * What a request deserves that no route has taken: `method_not_allowed` with what `allow` is to say where the path is known,
 * else `not_found` in OpenAI's own words, so that nobody looks for a model that is not the trouble.
 */
export function unknownRoute(request: Request): GatewayError {
  const { method, path } = request;
  const told = path.length > longestPath ? `${path.slice(0, longestPath)}…` : path;
  const methods = methodsAt(request);
  if (methods.size === 0 || methods.has(method)) {
    return new GatewayError('not_found', `Invalid URL (${method} ${told})`, { openaiCode: 'unknown_url' });
  }
  const allow = [...methods].join(', ');
  return new GatewayError('method_not_allowed', `Not allowed to ${method} on ${told}: use ${allow}`, { allow });
}

/** Of the application that had the request last, which for the documentation's pages is one of their own. */
function methodsAt({ app, path }: Request): ReadonlySet<string> {
  const layers: readonly unknown[] = app.router.stack;
  const methods = new Set<string>();
  for (const layer of layers as readonly Layer[]) {
    if (layer.route === undefined || !layer.match(path)) continue;
    for (const { method } of layer.route.stack) if (method !== undefined) methods.add(method.toUpperCase());
  }
  // Express answers HEAD where it answers GET.
  if (methods.has('GET')) methods.add('HEAD');
  return methods;
}
