import { runBench } from './run-bench.js';
import { readOptions, usage } from './bench-options.js';

const options = readOptions(process.argv.slice(2));
if (options.help) process.stdout.write(usage);
else await runBench(options, (text) => process.stderr.write(`${text}\n`));
