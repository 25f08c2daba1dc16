import { type INestApplication, Module } from '@nestjs/common';
import { MetadataScanner, ModulesContainer, NestFactory, Reflector } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { ApiTags, DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { RequestHandler } from 'express';
import { describeEndpoint } from './describe-endpoint.js';
import { Documented, DocumentedUnder } from './documented.decorator.js';
import { sharedDocuments } from './documents.js';

/** Nest matches routes in the order in which they came, its own 404 last: pages that come later need an application of their own. */
@Module({})
class DocumentationModule {}

/** Answers `/openapi.json`, `/docs-yaml`, and the page `/docs` with what it loads; passes everything else on. */
export async function documentation(app: INestApplication, version: string): Promise<RequestHandler> {
  const adapter = new ExpressAdapter();
  const pages = await NestFactory.create<NestExpressApplication>(DocumentationModule, adapter, {
    logger: false,
    abortOnError: false,
  });
  pages.disable('x-powered-by');
  SwaggerModule.setup('docs', pages, documentOf(app, version), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Claude Proxy API',
    swaggerOptions: { persistAuthorization: true, tryItOutEnabled: true },
  });
  return adapter.getInstance<RequestHandler>();
}

function documentOf(app: INestApplication, version: string): OpenAPIObject {
  describeControllers(app);
  const options = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Claude Proxy')
    .setDescription('One endpoint in front of any model for every Claude client: sync, streaming and durable.')
    .setVersion(version)
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'x-api-key' }, 'apiKey')
    .build();
  const document = SwaggerModule.createDocument(app, options);
  describeShared(document);
  leaveOutUndescribed(document);
  return document;
}

/** What stands in for a part that is not configured answers every method with the same refusal, and is no endpoint. */
function leaveOutUndescribed({ paths }: OpenAPIObject): void {
  for (const path of Object.keys(paths)) {
    const { get, post } = paths[path] ?? {};
    if ((get?.summary ?? '') === '' && (post?.summary ?? '') === '') Reflect.deleteProperty(paths, path);
  }
}

/** Their controllers know nothing of this documentation, so what the library found out of itself is completed. */
function describeShared({ paths }: OpenAPIObject): void {
  for (const [path, { summary, statuses, secured }] of Object.entries(sharedDocuments)) {
    const operation = paths[path]?.get;
    if (operation === undefined) continue;
    operation.summary = summary;
    if (secured) operation.security = [{ bearer: [] }, { apiKey: [] }];
    for (const [status, description] of Object.entries(statuses))
      operation.responses[status] = { ...operation.responses[status], description };
  }
}

function describeControllers(app: INestApplication): void {
  const reflector = app.get(Reflector);
  const scanner = new MetadataScanner();
  const modules = [...app.get(ModulesContainer).values()];
  for (const { metatype } of modules.flatMap(({ controllers }) => [...controllers.values()])) {
    if (typeof metatype !== 'function') continue;
    const heading = reflector.get(DocumentedUnder, metatype);
    if (heading !== undefined) ApiTags(heading)(metatype);
    const prototype = metatype.prototype as Record<string, () => unknown>;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
      const document = descriptor && reflector.get(Documented, prototype[name] as () => unknown);
      if (document !== undefined) describeEndpoint(document)(prototype, name, descriptor as PropertyDescriptor);
    }
  }
}
