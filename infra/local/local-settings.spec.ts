import { describe, expect, it } from '@jest/globals';
import { childEnvironment, localSettings } from './local-settings.js';

const embedded = { proxyApiKey: 'proxy-key', serviceRoleKey: 'service-key' };

describe('local settings', () => {
  it('embed everything when the environment names nothing', () => {
    const settings = localSettings({});

    expect(settings).toMatchObject({
      dataDir: '.local',
      simulator: true,
      supabase: true,
      sqs: true,
      vendor: undefined,
    });
    expect(Object.fromEntries(settings.ports)).toEqual({
      PORT: 8080,
      WORKER_PORT: 8081,
      LOCAL_SQS_PORT: 8082,
      LOCAL_SUPABASE_PORT: 8083,
      LOCAL_SIMULATOR_PORT: 8084,
    });
    expect(childEnvironment(settings, { HOME: '/home/me' }, embedded)).toEqual({
      HOME: '/home/me',
      NODE_ENV: 'development',
      PORT: '8080',
      WORKER_PORT: '8081',
      LOCAL_SQS_PORT: '8082',
      LOCAL_SUPABASE_PORT: '8083',
      LOCAL_SIMULATOR_PORT: '8084',
      LOCAL_DATA_DIR: '.local',
      PROXY_API_KEY: 'proxy-key',
      ANTHROPIC_API_KEY: 'simulator',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:8084',
      SUPABASE_URL: 'http://127.0.0.1:8083',
      SUPABASE_SERVICE_ROLE_KEY: 'service-key',
      SQS_QUEUE_URL: 'http://127.0.0.1:8082/000000000000/claude-proxy-jobs',
      SQS_DLQ_URL: 'http://127.0.0.1:8082/000000000000/claude-proxy-jobs-dlq',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:8082',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
  });

  it.each(['ANTHROPIC_API_KEY', 'AZURE_OPENAI_ENDPOINT', 'OPENAI_API_KEY', 'OPENAI_COMPATIBLE_BASE_URL'])(
    'leave the upstream to the vendor that %s names',
    (variable) => {
      const variables = { [variable]: 'given' };
      const settings = localSettings(variables);

      expect(settings).toMatchObject({ vendor: variable, simulator: false });
      expect(settings.ports.has('LOCAL_SIMULATOR_PORT')).toBe(false);
      const environment = childEnvironment(settings, variables, embedded);
      expect(environment[variable]).toBe('given');
      expect(environment.ANTHROPIC_BASE_URL).toBeUndefined();
    },
  );

  it('use the Supabase project and the queue that are given, with their own credentials', () => {
    const variables = {
      SUPABASE_URL: 'https://x.supabase.co',
      SUPABASE_SERVICE_ROLE_KEY: 'real',
      SQS_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/1/q',
      AWS_PROFILE: 'mine',
      AWS_REGION: 'eu-central-1',
    };
    const settings = localSettings(variables);

    expect([...settings.ports.keys()]).toEqual(['PORT', 'WORKER_PORT', 'LOCAL_SIMULATOR_PORT']);
    expect(childEnvironment(settings, variables, embedded)).toMatchObject(variables);
  });

  it('keep real AWS credentials away from the embedded queue', () => {
    const variables = {
      AWS_PROFILE: 'mine',
      AWS_SESSION_TOKEN: 't',
      AWS_ACCESS_KEY_ID: 'real',
      AWS_REGION: 'eu-central-1',
    };
    const environment = childEnvironment(localSettings(variables), variables, embedded);

    expect(environment).toMatchObject({ AWS_ACCESS_KEY_ID: 'local', AWS_REGION: 'us-east-1' });
    expect(environment.AWS_PROFILE).toBeUndefined();
    expect(environment.AWS_SESSION_TOKEN).toBeUndefined();
  });

  it('treat an empty variable as none', () => {
    const variables = { ANTHROPIC_API_KEY: '', SUPABASE_URL: '', PORT: '', LOCAL_DATA_DIR: '' };
    const settings = localSettings(variables);

    expect(settings).toMatchObject({
      simulator: true,
      supabase: true,
      dataDir: '.local',
      apiUrl: 'http://127.0.0.1:8080',
    });
  });

  it.each(['80', '65536', '8080.5', 'http', '-1'])('refuse the port %s by its variable', (port) => {
    expect(() => localSettings({ LOCAL_SQS_PORT: port })).toThrow(
      `LOCAL_SQS_PORT must be a port between 1024 and 65535, not "${port}".`,
    );
  });

  it('refuse one port for two', () => {
    expect(() => localSettings({ PORT: '8083' })).toThrow('PORT and LOCAL_SUPABASE_PORT are both 8083');
  });
});
