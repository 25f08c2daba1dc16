import { Controller, Get, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { ModelCatalogue } from '#gateway';
import {
  anthropicModelPage,
  formatAnthropicModel,
  formatOpenaiModel,
  GatewayError,
  type ModelPageQuery,
  openaiModelList,
} from '#wire';
import { dialectOf } from '../edge/dialect-of.js';
import { Documented } from '../openapi/documented.decorator.js';
import { documents } from '../openapi/documents.js';

/** Which models there are, in the words of the vendor whose client asks. */
@Controller('v1/models')
export class ModelsController {
  constructor(private readonly catalogue: ModelCatalogue) {}

  @Documented(documents.models)
  @Get()
  list(@Req() request: Request, @Query() query: ModelPageQuery): object {
    const models = this.catalogue.list();
    return dialectOf(request) === 'messages' ? anthropicModelPage(models, query) : openaiModelList(models);
  }

  /** A name may hold slashes, `anthropic/claude-opus-5`, which some clients encode and some do not. */
  @Documented(documents.model)
  @Get('*id')
  retrieve(@Req() request: Request): object {
    const { id: parts } = request.params;
    const id = typeof parts === 'string' ? parts : (parts ?? []).join('/');
    const model = this.catalogue.find(id);
    if (model === undefined) throw new GatewayError('not_found', `model: ${id}`, { path: 'model' });
    return dialectOf(request) === 'messages' ? formatAnthropicModel(model) : formatOpenaiModel(model);
  }
}
