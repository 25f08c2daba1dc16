import { type FSWatcher, watch } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { type Config, CONFIG, ConfigurationError, loadRouteFile } from '#config';
import { LOGGER } from '#observability';
import { RouteTable } from './route-table.js';

/** Editors and `kubectl` write in several steps; the file is read when they have been quiet for so long. */
const quietMs = 250;
/** Another file in the directory, such as a log, may never be quiet. */
const longestWaitMs = 2000;

/**
 * Reads the route file again on SIGHUP and when it changes. A file with problems is refused, each of them is logged with its
 * line, and the former routes stay in force.
 */
@Injectable()
export class RouteFileWatcher implements OnApplicationBootstrap, OnApplicationShutdown {
  private watcher: FSWatcher | undefined;
  private quiet: NodeJS.Timeout | undefined;
  private changedMs: number | undefined;
  /** What the file was when it was last told of, taken or refused: its hash, or why there is none. */
  private told: string | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly table: RouteTable,
  ) {}

  onApplicationBootstrap(): void {
    const { routeFile } = this.config;
    if (routeFile === undefined) return;
    process.on('SIGHUP', this.onSignal);
    // The first reading was before the application existed; whatever was written in between is found here.
    this.reload('start');
    // The directory, because an editor and Kubernetes' symbolic links put another file in the place of the one being watched.
    try {
      this.watcher = watch(dirname(resolve(routeFile)), { persistent: false }, () => this.onChange());
      this.watcher.on('error', this.unwatched);
    } catch (error) {
      this.unwatched(error);
    }
  }

  onApplicationShutdown(): void {
    process.off('SIGHUP', this.onSignal);
    clearTimeout(this.quiet);
    this.watcher?.close();
  }

  private readonly onSignal = (): void => this.reload('SIGHUP');

  /** The system's limit of watches is reached, or the file system knows none. */
  private readonly unwatched = (error: unknown): void => {
    this.logger.warn({ error }, 'the route file is not watched: changes are read only on SIGHUP');
  };

  private onChange(): void {
    const nowMs = performance.now();
    this.changedMs ??= nowMs;
    clearTimeout(this.quiet);
    const leftMs = Math.max(0, this.changedMs + longestWaitMs - nowMs);
    this.quiet = setTimeout(this.onQuiet, Math.min(quietMs, leftMs));
    this.quiet.unref();
  }

  private readonly onQuiet = (): void => {
    this.changedMs = undefined;
    this.reload('change');
  };

  private reload(cause: 'start' | 'SIGHUP' | 'change'): void {
    const file = this.config.routeFile;
    if (file === undefined) return;
    try {
      const { routing, hash } = loadRouteFile(file, process.env);
      if (this.isToldOf(hash, cause)) return;
      this.table.replace(routing);
      const metadata = { file, hash, cause, targets: routing.targets.length, routes: routing.routes.length };
      this.logger.info({ metadata }, cause === 'start' ? 'the route file was loaded' : 'the route file was reloaded');
    } catch (error) {
      const { problems, hash } = error instanceof ConfigurationError ? error : {};
      if (problems !== undefined && this.isToldOf(hash ?? problems.join('\n'), cause)) return;
      this.logger.error(
        { metadata: { file, hash, cause, problems }, ...(problems === undefined && { error }) },
        'the route file was refused: the former routes stay in force',
      );
    }
  }

  /** Something else in the directory changed. A signal is answered in any case, by a line in the log. */
  private isToldOf(version: string, cause: 'start' | 'SIGHUP' | 'change'): boolean {
    if (cause === 'change' && version === this.told) return true;
    this.told = version;
    return false;
  }
}
