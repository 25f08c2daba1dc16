import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { sharedSummaries } from './documents.js';

/** `/openapi.json` and, for people, `/docs`. The document is made when it is first asked for. */
export function serveOpenapi(app: INestApplication, version: string): void {
  const options = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Claude Proxy')
    .setDescription('One endpoint in front of any model for every Claude client: sync, streaming and durable.')
    .setVersion(version)
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'x-api-key' }, 'apiKey')
    .build();
  SwaggerModule.setup('docs', app, () => withShared(SwaggerModule.createDocument(app, options)), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Claude Proxy API',
    swaggerOptions: { persistAuthorization: true, tryItOutEnabled: true },
  });
}

function withShared(document: OpenAPIObject): OpenAPIObject {
  for (const [path, summary] of Object.entries(sharedSummaries)) {
    const operation = document.paths[path]?.get;
    if (operation !== undefined) operation.summary = summary;
  }
  return document;
}
