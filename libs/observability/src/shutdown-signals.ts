import type { Config } from '#config';

/**
 * What ends a process in order. SIGHUP has the route file read again; where there is none, whoever sends it expects that nothing is
 * cut off, and Node's own answer to it is to die at once.
 */
export function shutdownSignals({ routeFile }: Pick<Config, 'routeFile'>): NodeJS.Signals[] {
  return routeFile === undefined ? ['SIGTERM', 'SIGINT', 'SIGHUP'] : ['SIGTERM', 'SIGINT'];
}
