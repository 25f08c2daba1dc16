// Loaded before each program of `npm run local`: when the starter is gone, even by SIGKILL, so is what it started, and no
// port or data directory stays taken.
const graceMs = 20_000;

process.once('disconnect', () => {
  // The output of the program went with its starter, and what fails in writing its last words must not keep it.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref();
  process.kill(process.pid, 'SIGTERM');
});
// The listener alone would keep a program running that has nothing left to do.
process.channel?.unref();
