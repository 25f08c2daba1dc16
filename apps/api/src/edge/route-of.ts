import type { Request } from 'express';

/** The pattern of the route that took the request, such as `/api/jobs/:id`; `other` where none did. Never the client's words. */
export function routeOf(request: Request): string {
  const route: unknown = request.route;
  if (typeof route !== 'object' || route === null || !('path' in route)) return 'other';
  return typeof route.path === 'string' ? route.path : 'other';
}
