import { Module } from '@nestjs/common';
import { AnthropicProvider } from './anthropic.provider.js';

@Module({ providers: [AnthropicProvider], exports: [AnthropicProvider] })
export class AnthropicModule {}
