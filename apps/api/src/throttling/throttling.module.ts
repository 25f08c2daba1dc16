import { Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { type Config, CONFIG } from '#config';
import { CounterStorage } from './counter-storage.js';

const ttl = 60_000;

@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      inject: [CONFIG],
      useFactory: ({ throttle }: Config) => ({
        storage: new CounterStorage(),
        throttlers: [
          { name: 'ip', limit: throttle.ipPerMinute, ttl },
          { name: 'key', limit: throttle.keyPerMinute, ttl },
          // Last: what a client's own limit refuses takes nothing from the others.
          { name: 'global', limit: throttle.globalPerMinute, ttl },
        ],
      }),
    }),
  ],
  exports: [ThrottlerModule],
})
export class ThrottlingModule {}
