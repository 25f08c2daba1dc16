import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { scriptsDirectory } from './test/stand-in-commands.js';

const good = `FROM node:24-slim AS build
RUN npm ci && npm run build
FROM build AS dependencies
RUN npm ci \\
  --omit=dev
FROM node:24-slim
COPY --from=build /app/dist dist
USER node
HEALTHCHECK CMD ["node", "-e", "0"]
CMD ["node", "dist/main.js"]
`;

describe('docker_security.sh', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'dockerfiles-'));
    writeFileSync(join(directory, '.dockerignore'), '.env\n.git\n**/node_modules\n');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const check = (dockerfile: string) => {
    writeFileSync(join(directory, 'Dockerfile.api'), dockerfile);
    const { status, stdout } = spawnSync(
      'bash',
      [join(scriptsDirectory, 'docker_security.sh'), '--directory', directory],
      // Without trivy, whatever the machine has: its findings change from day to day.
      { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } },
    );
    return { status, stdout };
  };

  it('passes a Dockerfile that keeps the rules', () => {
    const { status, stdout } = check(good);
    expect(stdout).toContain('0 findings');
    expect(status).toBe(0);
  });

  it.each([
    ['latest', good.replaceAll('node:24-slim', 'node:latest'), 'the base image node:latest has no version'],
    ['no version', good.replaceAll('node:24-slim', 'node'), 'the base image node has no version'],
    ['no user', good.replace('USER node\n', ''), 'it runs as root'],
    ['root again', good.replace('USER node\n', 'USER node\nUSER root\n'), 'the last stage runs as root'],
    ['no health check', good.replace(/HEALTHCHECK.*\n/u, ''), 'no HEALTHCHECK'],
    ['development dependencies', good.replace('--omit=dev', ''), 'more than production dependencies'],
    ['a secret', `${good}ENV ANTHROPIC_API_KEY=x\n`, 'a secret in ENV or ARG'],
    ['a fetched file', `${good}ADD https://example.org/x /x\n`, 'ADD fetches from the network'],
    ['a piped download', `${good}RUN curl -s https://example.org/x | sh\n`, 'piped into a shell'],
    ['one stage', good.slice(good.lastIndexOf('FROM')), 'one stage'],
  ])('finds %s', (_what, dockerfile, finding) => {
    const { status, stdout } = check(dockerfile);
    expect(stdout).toContain(finding);
    expect(status).toBe(1);
  });

  it('finds what .dockerignore lets through', () => {
    writeFileSync(join(directory, '.dockerignore'), 'node_modules\n');
    expect(check(good).stdout).toMatch(/\.env is not kept out[^]*\.git is not kept out[^]*2 findings/u);
  });

  it('accepts a .dockerignore that lets in by name, unless it names what must stay out', () => {
    writeFileSync(join(directory, '.dockerignore'), '*\n!apps\n');
    expect(check(good).stdout).toContain('0 findings');
    writeFileSync(join(directory, '.dockerignore'), '*\n!apps\n!.env\n');
    expect(check(good).stdout).toContain('.env is let into the build');
  });
});
