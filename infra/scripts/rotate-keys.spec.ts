import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { FakeAws } from './test/fake-aws.js';
import { StandInCommands } from './test/stand-in-commands.js';

const restart = (service: string) =>
  `ecs update-service --cluster claude-proxy-staging --service ${service} --force-new-deployment --query service.deployments[?status=='PRIMARY'].id | [0] --output text`;

describe('rotate_keys.sh', () => {
  let aws: FakeAws;
  let commands: StandInCommands;

  beforeEach(async () => {
    aws = new FakeAws('staging', 'https://proxy.example.org');
    commands = await StandInCommands.start((_command, args) => aws.handle(args));
  });
  afterEach(() => commands.stop());

  const rotate = (args: readonly string[], input = '') =>
    commands.run('rotate_keys.sh', ['--env', 'staging', ...args], { input });
  const stored = () => JSON.parse(aws.secretVersions.get('version-2') ?? '{}') as Record<string, string>;

  it('plans without touching the secret or the tasks', async () => {
    const { code, stdout } = await rotate(['--key', 'PROXY_API_KEY']);
    expect(code).toBe(0);
    expect(stdout).toContain('would run: aws secretsmanager put-secret-value --secret-id claude-proxy-secrets');
    expect(aws.changes).toEqual([]);
    expect(aws.calls.some(([service]) => service === 'secretsmanager')).toBe(false);
  });

  it('makes a new PROXY_API_KEY, keeps the former one valid and every other key as it was', async () => {
    const { code, stderr } = await rotate(['--key', 'PROXY_API_KEY', '--execute']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stored()).toEqual({
      PROXY_API_KEY: expect.stringMatching(/^cp-[\w-]{48}$/u),
      PROXY_API_KEY_PREVIOUS: 'former-key',
      ANTHROPIC_API_KEY: 'vendor-key',
      AZURE_OPENAI_API_KEY: '',
      OPENAI_API_KEY: '',
      SUPABASE_URL: '',
      SUPABASE_SERVICE_ROLE_KEY: '',
      EXTRA: 'kept',
    });
    expect(aws.changes.slice(1)).toEqual([restart('api-blue'), restart('worker')]);
  });

  it('names the client that nobody thinks of, the smoke test of releases', async () => {
    const { stdout } = await rotate(['--key', 'PROXY_API_KEY', '--execute']);
    expect(stdout).toContain('SMOKE_API_KEY');
  });

  it('shows no key, neither in what it prints nor in a call', async () => {
    const { stdout, stderr } = await rotate(['--key', 'PROXY_API_KEY', '--execute']);
    const shown = [stdout, stderr, ...aws.calls.flat()].join('\n');
    for (const value of ['former-key', 'vendor-key', stored()['PROXY_API_KEY'] ?? 'missing']) {
      expect(shown).not.toContain(value);
    }
  });

  it("takes a vendor's key from standard input", async () => {
    const { code, stdout } = await rotate(['--key', 'ANTHROPIC_API_KEY', '--execute'], 'sk-new-vendor-key\n');
    expect(code).toBe(0);
    expect(stdout).not.toContain('sk-new-vendor-key');
    expect(stored()).toMatchObject({ ANTHROPIC_API_KEY: 'sk-new-vendor-key', PROXY_API_KEY: 'former-key' });
  });

  it.each(['OPENAI_COMPATIBLE_API_KEY', 'AZURE_OPENAI_AD_TOKEN', 'AZURE_SWEDEN_KEY'])(
    'adds %s, the key of a further target',
    async (name) => {
      const { code, stdout } = await rotate(['--key', name, '--execute'], 'further-value\n');
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.not.stringContaining('further-value') });
      expect(stored()).toMatchObject({ [name]: 'further-value', PROXY_API_KEY: 'former-key', EXTRA: 'kept' });
    },
  );

  it('changes any name that the secret has, and adds none that names no key', async () => {
    expect((await rotate(['--key', 'EXTRA', '--execute'], 'other-value\n')).code).toBe(0);
    expect(stored()).toMatchObject({ EXTRA: 'other-value', PROXY_API_KEY: 'former-key' });
    aws = new FakeAws('staging', 'https://proxy.example.org');
    const { code, stderr } = await rotate(['--key', 'HOME', '--execute'], 'other-value\n');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('HOME is not a key of the secret') });
    expect(aws.changes).toEqual([]);
  });

  it('reads a value that was written by hand, on several lines', async () => {
    aws.secret = JSON.stringify({ PROXY_API_KEY: 'present', EXTRA: 'kept' }, undefined, '\t');
    const { code, stderr } = await rotate(['--key', 'ANTHROPIC_API_KEY', '--execute'], 'vendor-value\n');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stored()).toMatchObject({ ANTHROPIC_API_KEY: 'vendor-value', PROXY_API_KEY: 'present', EXTRA: 'kept' });
  });

  it('ends the grace of the former key', async () => {
    aws.secret = JSON.stringify({ PROXY_API_KEY: 'present', PROXY_API_KEY_PREVIOUS: 'former' });
    expect((await rotate(['--end-grace', '--execute'])).code).toBe(0);
    expect(stored()).toMatchObject({ PROXY_API_KEY: 'present', PROXY_API_KEY_PREVIOUS: '' });
  });

  it('makes the first value of a new environment', async () => {
    aws.secret = undefined;
    const { code, stdout } = await rotate(['--key', 'PROXY_API_KEY', '--execute']);
    expect(code).toBe(0);
    expect(stdout).toContain('it has no value yet: making the first');
    expect(stored()).toMatchObject({ PROXY_API_KEY_PREVIOUS: '', ANTHROPIC_API_KEY: '' });
    expect(stored()['PROXY_API_KEY']).toMatch(/^cp-/u);
  });

  it('restarts no task with --store-only', async () => {
    expect((await rotate(['--key', 'PROXY_API_KEY', '--store-only', '--execute'])).code).toBe(0);
    expect(aws.changes).toHaveLength(1);
    expect(aws.changes[0]).toContain('put-secret-value');
  });

  it.each([
    ['api-blue', [restart('api-blue')]],
    ['worker', [restart('api-blue'), restart('worker')]],
  ])(
    'takes the value back when the tasks of %s do not start with it, and restarts those that had it',
    async (service, again) => {
      aws.unhealthy.add(service);
      const { code, stderr } = await rotate(['--key', 'PROXY_API_KEY', '--execute']);
      expect(code).toBe(4);
      expect(stderr).toContain(`the tasks of ${service} do not start with the new value`);
      expect(aws.currentVersion).toBe('version-1');
      expect(aws.changes.slice(-again.length)).toEqual(again);
    },
  );

  it('leaves the former value current, whichever call is refused', async () => {
    await rotate(['--key', 'PROXY_API_KEY', '--execute']);
    const callCount = aws.calls.length;
    const ends = new Set<number | null>();
    for (let failing = 0; failing < callCount; failing += 1) {
      aws = new FakeAws('staging', 'https://proxy.example.org');
      aws.refuses = (_args, index) => index === failing;
      const { code, stderr } = await rotate(['--key', 'PROXY_API_KEY', '--execute']);
      ends.add(code);
      const call = aws.calls[failing]?.join(' ');
      expect({ call, current: aws.currentVersion }).toEqual({ call, current: 'version-1' });
      expect({ call, stderr }).toEqual({ call, stderr: expect.stringContaining('error: ') });
    }
    expect(ends).toEqual(new Set([3, 1, 4]));
  });

  it('says what to do by hand when the value cannot be taken back', async () => {
    aws.unhealthy.add('worker');
    aws.refuses = ([, action]) => action === 'update-secret-version-stage';
    const { code, stderr } = await rotate(['--key', 'PROXY_API_KEY', '--execute']);
    expect(code).toBe(5);
    expect(stderr).toContain('move AWSCURRENT to version-1 by hand');
  });

  it.each([
    [['--env', 'staging'], '--key or --end-grace is needed'],
    [['--env', 'staging', '--key', 'home.key'], 'home.key is not a key of the secret'],
    [['--env', 'staging', '--key', 'PROXY_API_KEY_PREVIOUS'], 'is set by rotating PROXY_API_KEY'],
    [['--env', 'staging', '--key', 'PROXY_API_KEY', '--end-grace'], 'use one'],
    [['--env', 'staging', '--key', 'OPENAI_API_KEY', '--execute'], 'is empty or has spaces'],
  ])('refuses %j with exit code 2 and calls nothing', async (args, problem) => {
    const { code, stderr } = await commands.run('rotate_keys.sh', args);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
    expect(aws.calls).toEqual([]);
  });
});
