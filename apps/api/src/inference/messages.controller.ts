import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { InferenceHandler } from './inference.handler.js';

/** Anthropic's Messages API. */
@Controller('v1/messages')
export class MessagesController {
  constructor(private readonly inference: InferenceHandler) {}

  @Post()
  @HttpCode(200)
  async create(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.inference.handle('messages', 'generate', request, response);
  }

  @Post('count_tokens')
  @HttpCode(200)
  async countTokens(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.inference.handle('messages', 'count_tokens', request, response);
  }
}
