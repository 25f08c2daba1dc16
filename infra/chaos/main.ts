import { readChaosOptions, usage } from './chaos-options.js';
import { runChaos } from './run-chaos.js';

const mostLines = 40;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const options = readChaosOptions(process.argv.slice(2));
if (options === undefined) say(usage);
else {
  say(`Chaos ${options.seed}: ${options.requests} requests, ${options.atOnce} at once`);
  const { seen, differences, leftovers, ...counts } = await runChaos(options, say);
  say(`clients: ${JSON.stringify(seen)}`);
  say(`ledger and upstreams: ${JSON.stringify(counts)}`);
  for (const difference of differences.slice(0, mostLines)) say(`  ${difference}`);
  for (const leftover of leftovers) say(`  left behind: ${leftover}`);
  say(`${differences.length} differences, ${leftovers.length} kinds of things left behind`);
  process.exitCode = differences.length + leftovers.length === 0 ? 0 : 1;
}
