import type { INestApplication } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

const paths = /^\/(?:openapi\.json|docs-yaml|docs(?:\/.*)?)$/;

/**
 * `/openapi.json` and, for people, `/docs`. Made when they are first asked for, and their library is loaded then: it is a quarter
 * of the files that a start would read, half a second where none of them is cached.
 */
export function serveOpenapi(app: INestApplication, version: string): void {
  let pages: Promise<RequestHandler> | undefined;
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (!paths.test(request.path)) return next();
    pages ??= import('./documentation.js').then(({ documentation }) => documentation(app, version));
    pages.then((serve) => serve(request, response, next), next);
  });
}
