import { Module } from '@nestjs/common';
import { ProvidersModule } from '#providers';
import { Accountant } from './accountant.js';
import { Attempts } from './attempts.js';
import { Gateway } from './gateway.js';
import { KeyRing } from './key-ring.js';
import { LocalAnswers } from './local-answers.js';
import { Exchanges } from './exchange/exchanges.js';
import { Router } from './router.js';
import { RouteFileWatcher } from './routing/route-file-watcher.js';
import { RouteTable } from './routing/route-table.js';
import { TargetStates } from './target/target-states.js';
import { TranslationMemory } from './translation-memory.js';

@Module({
  imports: [ProvidersModule],
  providers: [Gateway, KeyRing, RouteTable, RouteFileWatcher, Router, Attempts, Exchanges, LocalAnswers, TargetStates, TranslationMemory, Accountant],
  exports: [Gateway],
})
export class GatewayModule {}
