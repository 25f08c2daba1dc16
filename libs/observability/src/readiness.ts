import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/**
 * Whether the balancer may send more. Unready from the first moment of a shutdown, which is before the server stops listening,
 * so that the balancer has time to turn elsewhere.
 */
@Injectable()
export class Readiness implements OnModuleDestroy {
  private stopping = false;

  get ready(): boolean {
    return !this.stopping;
  }

  stop(): void {
    this.stopping = true;
  }

  onModuleDestroy(): void {
    this.stop();
  }
}
