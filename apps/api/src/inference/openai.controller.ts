import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Documented, DocumentedUnder } from '../openapi/documented.decorator.js';
import { documents } from '../openapi/documents.js';
import { InferenceHandler } from './inference.handler.js';

/** OpenAI's inference endpoints, the legacy one included. */
@DocumentedUnder('OpenAI')
@Controller('v1')
export class OpenaiController {
  constructor(private readonly inference: InferenceHandler) {}

  @Documented(documents.chatCompletions)
  @Post('chat/completions')
  @HttpCode(200)
  async chatCompletions(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.inference.handle('chat', 'generate', request, response);
  }

  @Documented(documents.responses)
  @Post('responses')
  @HttpCode(200)
  async responses(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.inference.handle('responses', 'generate', request, response);
  }

  @Documented(documents.completions)
  @Post('completions')
  @HttpCode(200)
  async completions(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.inference.handle('completions', 'generate', request, response);
  }
}
