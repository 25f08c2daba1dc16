import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';

/** Not `upgrade-insecure-requests`: the page comes by plain HTTP wherever no balancer ends TLS, and its scripts have to as well. */
const forPages = helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } });

/** JSON and event streams render nothing: what still means something there. The others cost every request 20 µs of CPU. */
const forData = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  crossOriginOpenerPolicy: false,
  crossOriginResourcePolicy: false,
  originAgentCluster: false,
  referrerPolicy: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xFrameOptions: false,
  xPermittedCrossDomainPolicies: false,
  xPoweredBy: false,
  xXssProtection: false,
});

/** Helmet: in full for the pages that browsers render, `/docs`. */
export function securityHeaders(request: Request, response: Response, next: NextFunction): void {
  const isPage = request.path === '/docs' || request.path.startsWith('/docs/');
  (isPage ? forPages : forData)(request, response, next);
}
