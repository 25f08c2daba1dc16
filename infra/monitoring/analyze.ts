import { newestRecording, readRecording } from './recording.js';
import { summary } from './summary.js';

// npm run monitoring:analyze -- [DIRECTORY]: what npm run monitoring:profile has written there, by default the newest.
try {
  const directory = process.argv[2] ?? newestRecording('.local/profiles');
  process.stdout.write(`${directory}\n${summary(readRecording(directory))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
