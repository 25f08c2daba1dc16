/** Loaded into the API by `--import`: says on SIGUSR2 what keeps its event loop alive, by kind. */
process.on('SIGUSR2', () => {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  process.stderr.write(`active resources ${JSON.stringify(counts)}\n`);
});
