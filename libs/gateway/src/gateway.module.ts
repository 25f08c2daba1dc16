import { Module } from '@nestjs/common';
import { ProvidersModule } from '#providers';
import { Accountant } from './accountant.js';
import { Attempts } from './attempts.js';
import { Gateway } from './gateway.js';
import { KeyRing } from './key-ring.js';
import { Router } from './router.js';

@Module({
  imports: [ProvidersModule],
  providers: [Gateway, KeyRing, Router, Attempts, Accountant],
  exports: [Gateway],
})
export class GatewayModule {}
