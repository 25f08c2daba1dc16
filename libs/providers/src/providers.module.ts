import { Module } from '@nestjs/common';
import { AnthropicModule } from './adapters/anthropic/anthropic.module.js';
import { AnthropicProvider } from './adapters/anthropic/anthropic.provider.js';
import type { Provider } from './provider.js';
import { ProviderRegistry } from './provider-registry.js';
import { UpstreamClient } from './upstream-client.js';

/** Every kind of upstream on one page: a new one is a folder under `adapters/` and its two names here. */
@Module({
  imports: [AnthropicModule],
  providers: [
    UpstreamClient,
    {
      provide: ProviderRegistry,
      inject: [AnthropicProvider],
      useFactory: (...providers: Provider[]) => new ProviderRegistry(providers),
    },
  ],
  exports: [ProviderRegistry, UpstreamClient],
})
export class ProvidersModule {}
