import { createRequire } from 'node:module';

import { beforeEach, describe, expect, it } from '@jest/globals';

interface Rotation {
  readonly rotate: (event: { Step: string; SecretId: string; ClientRequestToken: string }, services: unknown) => Promise<void>;
}

const { rotate } = createRequire(import.meta.url)('./rotate-secret.cjs') as Rotation;

/** Secrets Manager as far as the function sees it: values by version, stages by version. */
class FakeServices {
  readonly values = new Map<string, Record<string, string>>([['v1', { PROXY_API_KEY: 'a'.repeat(40), OPENAI_API_KEY: 'vendor' }]]);
  readonly stages = new Map<string, string[]>([['v1', ['AWSCURRENT']]]);
  readonly restarted: unknown[] = [];
  readonly told: unknown[] = [];
  readonly environment = { CLUSTER: 'claude-proxy-production', SERVICES: 'api-blue,api-green,worker', TOPIC_ARN: 'topic' };

  readonly secretsManager = {
    getSecretValue: async ({ VersionStage, VersionId }: { VersionStage: string; VersionId?: string }) => {
      const [id] = [...this.stages].find(([version, stages]) => stages.includes(VersionStage) && (VersionId ?? version) === version) ?? [];
      if (id === undefined) throw Object.assign(new Error('none'), { name: 'ResourceNotFoundException' });
      return { SecretString: JSON.stringify(this.values.get(id)) };
    },
    putSecretValue: async ({ ClientRequestToken, SecretString, VersionStages }: Record<string, string> & { VersionStages: string[] }) => {
      this.values.set(ClientRequestToken ?? '', JSON.parse(SecretString ?? '') as Record<string, string>);
      this.stages.set(ClientRequestToken ?? '', VersionStages);
    },
    describeSecret: async () => ({ VersionIdsToStages: Object.fromEntries(this.stages) }),
    updateSecretVersionStage: async ({ MoveToVersionId, RemoveFromVersionId }: Record<string, string>) => {
      this.stages.set(MoveToVersionId ?? '', ['AWSCURRENT']);
      this.stages.set(RemoveFromVersionId ?? '', ['AWSPREVIOUS']);
    },
  };
  readonly ecs = { updateService: async (input: unknown) => void this.restarted.push(input) };
  readonly sns = { publish: async (input: unknown) => void this.told.push(input) };
}

describe('the rotation function', () => {
  let services: FakeServices;
  beforeEach(() => {
    services = new FakeServices();
  });
  const step = (Step: string) => rotate({ Step, SecretId: 'claude-proxy-secrets', ClientRequestToken: 'v2' }, services);

  it('makes a new key, keeps the former one valid and leaves the vendors’ keys alone', async () => {
    await step('createSecret');
    expect(services.values.get('v2')).toEqual({
      PROXY_API_KEY: expect.stringMatching(/^cp-[\w-]{48}$/u),
      PROXY_API_KEY_PREVIOUS: 'a'.repeat(40),
      OPENAI_API_KEY: 'vendor',
    });
    expect(services.stages.get('v1')).toEqual(['AWSCURRENT']);
  });

  it('keeps the pending key when the step is tried again', async () => {
    await step('createSecret');
    const first = services.values.get('v2');
    await step('createSecret');
    expect(services.values.get('v2')).toEqual(first);
  });

  it('refuses a key with which the tasks would not start', async () => {
    services.values.set('v2', { PROXY_API_KEY: 'short' });
    services.stages.set('v2', ['AWSPENDING']);
    await expect(step('testSecret')).rejects.toThrow('32 to 256 printable characters');
  });

  it('makes the key current, restarts every service and tells the operators without showing it', async () => {
    for (const name of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) await step(name);
    expect(services.stages.get('v2')).toEqual(['AWSCURRENT']);
    expect(services.restarted).toEqual(
      ['api-blue', 'api-green', 'worker'].map((service) => ({ cluster: 'claude-proxy-production', service, forceNewDeployment: true })),
    );
    expect(services.told).toHaveLength(1);
    expect(JSON.stringify(services.told)).not.toContain(services.values.get('v2')?.['PROXY_API_KEY']);
  });

  it('refuses a step that it does not know', async () => {
    await expect(step('dance')).rejects.toThrow('unknown rotation step dance');
  });
});
