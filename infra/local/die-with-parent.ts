// Loaded before each program of `npm run local`: when the starter is gone, even by SIGKILL, so is what it started, and no
// port or data directory stays taken.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The listener alone would keep a program running that has nothing left to do.
process.channel?.unref();
