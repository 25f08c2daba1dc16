import { startSimulator } from '#providers/simulator';
import { startPacedUpstream } from './paced-upstream.js';

/** The upstream, a program of its own: `instant DELTAS`, or `paced DELTAS INTERVAL_MS`. */
const [kind, deltas, intervalMs] = process.argv.slice(2);
const simulator = await startSimulator({ instant: true, deltas: Number(deltas) });
const instantPort = Number(new URL(simulator.url).port);
const port = kind === 'paced' ? await startPacedUpstream(simulator.url, Number(intervalMs)) : instantPort;
process.send?.({ port });
process.once('disconnect', () => process.exit(0));
