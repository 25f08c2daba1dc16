import { Module } from '@nestjs/common';
import { OpenaiProvider } from './openai.provider.js';

@Module({ providers: [OpenaiProvider], exports: [OpenaiProvider] })
export class OpenaiModule {}
