import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Documented } from '../openapi/documented.decorator.js';
import { documents } from '../openapi/documents.js';
import { InferenceHandler } from './inference.handler.js';

/** Anthropic's inference endpoints, the legacy one included. */
@Controller('v1')
export class AnthropicController {
  constructor(private readonly inference: InferenceHandler) {}

  @Documented(documents.messages)
  @Post('messages')
  @HttpCode(200)
  async messages(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.inference.handle('messages', 'generate', request, response);
  }

  @Documented(documents.countTokens)
  @Post('messages/count_tokens')
  @HttpCode(200)
  async countTokens(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.inference.handle('messages', 'count_tokens', request, response);
  }

  @Documented(documents.complete)
  @Post('complete')
  @HttpCode(200)
  async complete(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.inference.handle('complete', 'generate', request, response);
  }
}
