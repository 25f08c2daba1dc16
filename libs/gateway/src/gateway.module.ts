import { Module } from '@nestjs/common';
import { ProvidersModule } from '#providers';
import { AccountModule } from './account/account.module.js';
import { CurrentPrices } from './account/current-prices.js';
import { Accountant } from './accountant.js';
import { Attempts } from './attempts.js';
import { Gateway } from './gateway.js';
import { KeyRing } from './key-ring.js';
import { LocalAnswers } from './local-answers.js';
import { Exchanges } from './exchange/exchanges.js';
import { ModelCatalogue } from './model-catalogue.js';
import { Router } from './router.js';
import { RouteFileWatcher } from './routing/route-file-watcher.js';
import { RouteTable } from './routing/route-table.js';
import { TargetConnections } from './target/target-connections.js';
import { TargetMetrics } from './target/target-metrics.js';
import { TargetStates } from './target/target-states.js';
import { TargetsHealth } from './target/targets.health.js';
import { KnownModels } from './telemetry/known-models.js';
import { OperationMetrics } from './telemetry/operation-metrics.js';
import { OperationTelemetry } from './telemetry/operation-telemetry.js';
import { TranslationMemory } from './translation-memory.js';

@Module({
  imports: [ProvidersModule, AccountModule],
  providers: [
    Gateway,
    KeyRing,
    RouteTable,
    RouteFileWatcher,
    ModelCatalogue,
    Router,
    Attempts,
    Exchanges,
    LocalAnswers,
    TargetStates,
    TargetConnections,
    TranslationMemory,
    CurrentPrices,
    Accountant,
    KnownModels,
    OperationMetrics,
    OperationTelemetry,
    TargetsHealth,
    TargetMetrics,
  ],
  exports: [Gateway, ModelCatalogue, AccountModule],
})
export class GatewayModule {}
