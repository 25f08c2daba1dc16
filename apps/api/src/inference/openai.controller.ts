import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { InferenceHandler } from './inference.handler.js';

/** OpenAI's inference endpoints, the legacy one included. */
@Controller('v1')
export class OpenaiController {
  constructor(private readonly inference: InferenceHandler) {}

  @Post('chat/completions')
  @HttpCode(200)
  async chatCompletions(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.inference.handle('chat', 'generate', request, response);
  }

  @Post('responses')
  @HttpCode(200)
  async responses(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.inference.handle('responses', 'generate', request, response);
  }

  @Post('completions')
  @HttpCode(200)
  async completions(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.inference.handle('completions', 'generate', request, response);
  }
}
