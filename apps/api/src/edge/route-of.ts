import type { Request } from 'express';

/** The middleware's own route. */
const takesEverything = /^\/?\{?\/?\*\w+\}?$/;

/** The pattern of the route that took the request, such as `/api/jobs/:id`; `other` where none did. Never the client's words. */
export function routeOf(request: Request): string {
  const route: unknown = request.route;
  if (typeof route !== 'object' || route === null || !('path' in route) || typeof route.path !== 'string')
    return 'other';
  return takesEverything.test(route.path) ? 'other' : route.path;
}
