import { Module } from '@nestjs/common';
import { DatabaseGate } from './database-gate.js';
import { Polling } from './polling.js';

@Module({ providers: [DatabaseGate, Polling], exports: [DatabaseGate, Polling] })
export class PollingModule {}
