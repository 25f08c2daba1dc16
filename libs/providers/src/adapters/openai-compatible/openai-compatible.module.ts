import { Module } from '@nestjs/common';
import { OpenaiCompatibleProvider } from './openai-compatible.provider.js';

@Module({ providers: [OpenaiCompatibleProvider], exports: [OpenaiCompatibleProvider] })
export class OpenaiCompatibleModule {}
