import { GatewayError } from '#wire';

/**
 * The client's presence and a time limit as one signal. Written out because `AbortSignal.any` with `AbortSignal.timeout` keeps
 * its timers until they fire, and a gateway makes one of these a call.
 */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly client: AbortSignal,
    limitMs: number,
  ) {
    this.timer = setTimeout(() => {
      this.controller.abort(new GatewayError('upstream_timeout', 'The upstream did not finish in time'));
    }, limitMs);
    if (client.aborted) this.follow();
    else client.addEventListener('abort', this.follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  clear(): void {
    clearTimeout(this.timer);
    this.client.removeEventListener('abort', this.follow);
  }

  private readonly follow = (): void => {
    this.controller.abort(this.client.reason);
  };
}
