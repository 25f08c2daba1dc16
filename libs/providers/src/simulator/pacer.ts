import type { Socket } from 'node:net';

/** One answer on its way. */
interface Pacing {
  readonly socket: Socket;
  readonly pieces: readonly Buffer[];
  next: number;
  /** On the clock of `performance.now()`. */
  dueMs: number;
}

const tickMs = 1;

/**
 * Sends answers piece by piece at one interval. One timer serves them all, and a tick sends no more than one piece of each:
 * with a timer each, once their writes take longer than the interval, Node runs timers for ever and reads no new request.
 */
export class Pacer {
  /** In the order of when they are due: what has been sent goes to the end, and comes one interval later. */
  private readonly pacings = new Set<Pacing>();
  private ticking = false;

  constructor(private readonly intervalMs: number) {}

  /** Sends the first piece at once. */
  send(socket: Socket, pieces: readonly Buffer[]): void {
    this.sendNext({ socket, pieces, next: 0, dueMs: performance.now() });
    if (this.ticking) return;
    this.ticking = true;
    setTimeout(() => this.tick(), tickMs);
  }

  private tick(): void {
    const nowMs = performance.now();
    for (const pacing of this.pacings) {
      if (pacing.dueMs > nowMs) break;
      this.pacings.delete(pacing);
      this.sendNext(pacing);
    }
    this.ticking = this.pacings.size > 0;
    if (this.ticking) setTimeout(() => this.tick(), tickMs);
  }

  private sendNext(pacing: Pacing): void {
    const { socket, pieces } = pacing;
    const piece = pieces[pacing.next];
    if (piece === undefined || socket.destroyed) return;
    socket.write(piece);
    pacing.next += 1;
    // One that is late stays at its pace, and never sends two pieces at once.
    pacing.dueMs = Math.max(pacing.dueMs, performance.now() - this.intervalMs) + this.intervalMs;
    if (pacing.next < pieces.length) this.pacings.add(pacing);
  }
}
