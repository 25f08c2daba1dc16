import { Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { type Config, CONFIG } from '#config';
import { LOGGER } from '#observability';
import { SpoolDirectory } from './spool-directory.js';
import { SpoolJournal } from './spool-journal.js';
import { USAGE_LEDGER, type UsageLedger } from './usage-ledger.js';
import { UsageReports } from './usage-reports.js';
import { UsageSpool } from './usage-spool.js';
import { UsageSpoolHealth } from './usage-spool.health.js';

const maxDirectoryBytes = 1024 * 1024 * 1024;

/** What requests have used and cost, on its way to the ledger and out of it. Without a database there is neither. */
@Module({
  providers: [
    { provide: SpoolJournal, inject: [LOGGER], useFactory: (logger: Logger) => new SpoolJournal(logger) },
    {
      provide: UsageSpool,
      inject: [CONFIG, SpoolJournal, { token: USAGE_LEDGER, optional: true }],
      useFactory: ({ usageSpoolDir }: Config, journal: SpoolJournal, ledger?: UsageLedger) => {
        const directory =
          usageSpoolDir === undefined ? undefined : new SpoolDirectory(usageSpoolDir, maxDirectoryBytes);
        return ledger === undefined ? undefined : new UsageSpool(ledger, journal, directory);
      },
    },
    UsageReports,
    UsageSpoolHealth,
  ],
  exports: [UsageSpool, SpoolJournal, UsageReports],
})
export class AccountModule {}
