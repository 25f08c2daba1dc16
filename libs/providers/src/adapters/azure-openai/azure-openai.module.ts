import { Module } from '@nestjs/common';
import { AzureOpenaiProvider } from './azure-openai.provider.js';

@Module({ providers: [AzureOpenaiProvider], exports: [AzureOpenaiProvider] })
export class AzureOpenaiModule {}
