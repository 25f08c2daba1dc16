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
          { name: 'global', limit: throttle.globalPerMinute, ttl },
          { name: 'ip', limit: throttle.ipPerMinute, ttl },
          { name: 'key', limit: throttle.keyPerMinute, ttl },
        ],
      }),
    }),
  ],
  exports: [ThrottlerModule],
})
export class ThrottlingModule {}
