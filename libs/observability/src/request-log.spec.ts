import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '#config';
import { createLogger } from './logger.js';
import { requestContext, RequestContext } from './request-context.js';
import { RequestLog } from './request-log.js';

function logs(level: string): { lines: string[]; log: RequestLog; logger: ReturnType<typeof createLogger> } {
  const lines: string[] = [];
  const config = loadConfig(
    { PROXY_API_KEY: 'k'.repeat(32), ANTHROPIC_API_KEY: 'key', LOG_LEVEL: level, NODE_ENV: 'production' },
    'api',
  );
  const logger = createLogger(config, 'api', { write: (line) => void lines.push(line) });
  return { lines, logger, log: new RequestLog(logger) };
}

const metadata = { request: { url: '/v1/"quoted"\n', ip: undefined }, numbers: [1.5, null], deep: { é: true } };

describe('RequestLog', () => {
  it('writes the line that the logger would', () => {
    const { lines, log, logger } = logs('info');
    log.info(Date.now(), 'an-id', metadata, 'GET "/x"\n 200');
    requestContext.run(new RequestContext('an-id', 'req_1'), () => logger.info({ metadata }, 'GET "/x"\n 200'));
    const [ours, theirs] = lines.map((line) => line.replace(/"timestamp":"[^"]+Z"/, '"timestamp":""'));
    expect(ours).toBe(theirs);
    expect(lines[0]).toMatch(/^\{"level":"info","timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",/);
  });

  it('writes also what JSON cannot say', () => {
    const { lines, log } = logs('info');
    log.info(Date.now(), 'an-id', { number: 1n }, 'first');
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['first']);
  });

  it('writes nothing where the level is higher', () => {
    const { lines, log } = logs('warn');
    log.info(Date.now(), 'an-id', metadata, 'GET /x 200');
    expect(lines).toEqual([]);
  });
});
