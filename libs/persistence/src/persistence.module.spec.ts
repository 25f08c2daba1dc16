import { expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { DatabaseProbe } from './database-probe.js';
import { JobRepository } from './job.repository.js';
import { PersistenceModule } from './persistence.module.js';
import { UsageRepository } from './usage.repository.js';
import { WorkerHeartbeatRepository } from './worker-heartbeat.repository.js';

it('provides every repository to the process', async () => {
  const module = await Test.createTestingModule({
    imports: [PersistenceModule.forRoot({ url: 'http://127.0.0.1:1', serviceRoleKey: 'k' })],
  }).compile();

  for (const repository of [JobRepository, UsageRepository, WorkerHeartbeatRepository, DatabaseProbe]) {
    expect(module.get(repository)).toBeInstanceOf(repository);
  }
  await module.close();
});
