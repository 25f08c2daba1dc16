import { startSimulator } from '#providers/simulator';

/** The upstream, a program of its own: `DELTAS [INTERVAL_MS]`. Without an interval streams come in one piece. */
const [deltas, intervalMs] = process.argv.slice(2).map(Number);
const { url } = await startSimulator({ instant: true, deltas, intervalMs });
process.send?.({ port: Number(new URL(url).port) });
process.once('disconnect', () => process.exit(0));
