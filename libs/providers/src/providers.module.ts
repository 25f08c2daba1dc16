import { Module } from '@nestjs/common';
import { AnthropicModule } from './adapters/anthropic/anthropic.module.js';
import { AnthropicProvider } from './adapters/anthropic/anthropic.provider.js';
import { AzureOpenaiModule } from './adapters/azure-openai/azure-openai.module.js';
import { AzureOpenaiProvider } from './adapters/azure-openai/azure-openai.provider.js';
import { OpenaiModule } from './adapters/openai/openai.module.js';
import { OpenaiProvider } from './adapters/openai/openai.provider.js';
import { OpenaiCompatibleModule } from './adapters/openai-compatible/openai-compatible.module.js';
import { OpenaiCompatibleProvider } from './adapters/openai-compatible/openai-compatible.provider.js';
import type { Provider } from './provider.js';
import { ProviderRegistry } from './provider-registry.js';
import { UpstreamClient } from './upstream-client.js';

/** Every kind of upstream on one page: a new one is a folder under `adapters/` and its two names here. */
@Module({
  imports: [AnthropicModule, AzureOpenaiModule, OpenaiModule, OpenaiCompatibleModule],
  providers: [
    UpstreamClient,
    {
      provide: ProviderRegistry,
      inject: [AnthropicProvider, AzureOpenaiProvider, OpenaiProvider, OpenaiCompatibleProvider],
      useFactory: (...providers: Provider[]) => new ProviderRegistry(providers),
    },
  ],
  exports: [ProviderRegistry, UpstreamClient],
})
export class ProvidersModule {}
