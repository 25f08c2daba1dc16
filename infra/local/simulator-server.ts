import { startSimulator } from '#providers/simulator';
import { runAsProcess } from './run-as-process.js';

runAsProcess(import.meta.filename, 'simulator', () =>
  startSimulator({ port: Number(process.env.LOCAL_SIMULATOR_PORT ?? 8084), host: '127.0.0.1' }),
);
