import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from './configuration-error.js';
import { loadConfig } from './load-config.js';

const minimal = { PROXY_API_KEY: 'k'.repeat(32), ANTHROPIC_API_KEY: 'sk-ant-secret' };
const durable = {
  SUPABASE_URL: 'https://project.supabase.co',
  SUPABASE_SERVICE_ROLE_KEY: 'service-secret',
  SQS_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/1/jobs',
  AWS_REGION: 'eu-central-1',
};

function problems(env: Record<string, string>, role: 'api' | 'worker' = 'api'): readonly string[] {
  try {
    loadConfig(env, role);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('loadConfig', () => {
  it('speaks Protobuf to a collector or what is asked for, and minds a protocol that it does not know where traces are on', () => {
    const collector = { ...minimal, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' };
    expect(loadConfig(minimal, 'api').traceProtocol).toBeUndefined();
    expect(loadConfig(collector, 'api').traceProtocol).toBe('http/protobuf');
    expect(loadConfig({ ...collector, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 'api').traceProtocol).toBe(
      'http/json',
    );
    const grpc = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    expect(problems({ ...collector, ...grpc })).toEqual([
      'OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or http/json where traces are on: grpc is not supported',
    ]);
    expect(problems({ ...minimal, ...grpc })).toEqual([]);
    expect(problems({ ...collector, ...grpc, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' })).toEqual([]);
  });

  it('takes headers and attributes of traces as the SDK writes them', () => {
    const env = {
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20dTpw==, x-tenant=one,',
      OTEL_RESOURCE_ATTRIBUTES: 'cloud.region=eu-central-1,empty=',
    };
    expect(problems({ ...minimal, ...env })).toEqual([]);
  });

  it('needs a client key and an upstream, and has defaults for the rest', () => {
    expect(loadConfig(minimal, 'api')).toMatchObject({
      environment: 'production',
      port: 8080,
      workerPort: 8081,
      targets: [{ name: 'anthropic', provider: 'anthropic', baseUrl: 'https://api.anthropic.com' }],
      throttle: { ipPerMinute: 600, keyPerMinute: 0, globalPerMinute: 0 },
    });
    expect(loadConfig(minimal, 'api').durable).toBeUndefined();
  });

  it('lists every problem at once', () => {
    expect(problems({ PORT: '80', NODE_ENV: 'prod', PROXY_API_KEY: 'short' })).toEqual([
      expect.stringContaining('NODE_ENV'),
      expect.stringContaining('PORT'),
      expect.stringContaining('PROXY_API_KEY must have 32 to 256 characters'),
      expect.stringContaining('no upstream is configured'),
    ]);
  });

  it.each([
    ['PORT', 'abc'],
    ['PORT', '8080.5'],
    ['PORT', '70000'],
    ['THROTTLE_IP_PER_MINUTE', '-1'],
    ['TRUST_PROXY', 'yes'],
    ['ANTHROPIC_BASE_URL', 'http://api.example.com'],
    ['ANTHROPIC_BASE_URL', 'https://user:pass@api.example.com'],
    ['ANTHROPIC_BASE_URL', 'not a url'],
    ['ANTHROPIC_BASE_URL', 'https://api.example.com/v1?key=1'],
    ['ANTHROPIC_API_KEY', 'two words'],
    ['ANTHROPIC_API_KEY', 'sk-ant-é'],
    ['AWS_REGION', 'mars'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'Bearer token'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization=Bearer%20token,api-key'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'nonsense,a=b'],
    ['CORS_ORIGINS', 'https://good.example.com/with/a/path'],
    ['CORS_ORIGINS', 'https://good.example.com,nonsense'],
    ['PROXY_API_KEY', `${'k'.repeat(31)} `],
    ['PROXY_API_KEY', 'k'.repeat(257)],
  ])('refuses %s=%s', (name, value) => {
    expect(problems({ ...minimal, [name]: value })).toEqual([expect.stringContaining(name)]);
  });

  it('takes an upstream’s key without what a shell or a file leaves around it', () => {
    const { targets } = loadConfig({ ...minimal, ANTHROPIC_API_KEY: ' sk-ant-key\n' }, 'api');
    expect(targets.map(({ apiKey }) => apiKey?.reveal())).toEqual(['sk-ant-key']);
  });

  it('takes plain http on loopback alone, and an empty variable for an unset one', () => {
    const env = { ...minimal, ANTHROPIC_BASE_URL: 'http://127.0.0.1:9000/', PORT: '', SUPABASE_URL: ' ' };
    expect(loadConfig(env, 'api')).toMatchObject({ port: 8080, targets: [{ baseUrl: 'http://127.0.0.1:9000' }] });
  });

  it('refuses half of what durable requests need, and says what lacks', () => {
    expect(problems({ ...minimal, SUPABASE_URL: durable.SUPABASE_URL })).toEqual([
      'durable requests are only partly configured: SUPABASE_SERVICE_ROLE_KEY and SQS_QUEUE_URL are missing',
    ]);
    expect(problems({ ...minimal, ...durable })).toEqual([]);
  });

  it('refuses a queue in another region than the calls to it are signed for', () => {
    const elsewhere = { ...minimal, ...durable, AWS_REGION: 'eu-west-1', SQS_DLQ_URL: `${durable.SQS_QUEUE_URL}-dlq` };
    expect(problems(elsewhere)).toEqual([
      'SQS_QUEUE_URL is a queue in another region than AWS_REGION, which is us-east-1 unless it is set',
      'SQS_DLQ_URL is a queue in another region than AWS_REGION, which is us-east-1 unless it is set',
    ]);
    const { AWS_REGION: _, ...unset } = durable;
    expect(problems({ ...minimal, ...unset })).toHaveLength(1);
    expect(problems({ ...minimal, ...unset, AWS_ENDPOINT_URL_SQS: 'http://localhost:8082' })).toEqual([]);
  });

  it.each([
    ['ANTHROPIC_BASE_URL', 'https://api.anthropic.com/v1', '/v1'],
    ['ANTHROPIC_BASE_URL', 'https://api.anthropic.com/v1/messages', '/v1'],
    ['ANTHROPIC_BASE_URL', 'https://api.anthropic.com/v1/messages/count_tokens', '/v1'],
    ['AZURE_OPENAI_ENDPOINT', 'https://name.openai.azure.com/openai/v1/', '/openai'],
    ['OPENAI_BASE_URL', 'https://api.openai.com/', '/v1'],
    ['OPENAI_COMPATIBLE_BASE_URL', 'https://api.deepseek.com/v1/chat/completions', '/chat/completions'],
    ['SUPABASE_URL', 'https://project.supabase.co/rest/v1/', '/rest/v1'],
  ])('refuses %s=%s, with which every call would be a 404', (name, value, path) => {
    const azure = { AZURE_OPENAI_MODEL: 'gpt', AZURE_OPENAI_API_KEY: 'key' };
    const rest = name.startsWith('AZURE') ? azure : {};
    expect(problems({ ...minimal, ...durable, ...rest, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} must end .*${path}`)),
    ]);
  });

  it('takes base URLs whose paths are their servers’ own', () => {
    const env = {
      ANTHROPIC_BASE_URL: 'https://api.deepseek.com/anthropic',
      OPENAI_BASE_URL: 'https://gateway.example.com/openai',
      OPENAI_COMPATIBLE_BASE_URL: 'https://generativelanguage.googleapis.com/v1beta/openai/',
      AZURE_OPENAI_ENDPOINT: 'https://apim.example.com/openai',
      AZURE_OPENAI_MODEL: 'gpt',
      AZURE_OPENAI_API_KEY: 'key',
    };
    expect(problems({ ...minimal, ...env })).toEqual([]);
    expect(problems({ ...minimal, ANTHROPIC_BASE_URL: 'https://gateway.example.com/v1/anthropic' })).toEqual([]);
  });

  it('refuses one port for two servers', () => {
    const same = { ...minimal, PORT: '9000', METRICS_PORT: '9000' };
    expect(problems(same)).toEqual([expect.stringMatching(/METRICS_PORT.* PORT/)]);
    expect(problems({ ...same, ...durable }, 'worker')).toEqual([]);
  });

  it('says of what is no number that it is none, and not that it is too great a one', () => {
    expect(problems({ ...minimal, PORT: 'abc', TRUST_PROXY: 'true', SHUTDOWN_DEADLINE_SECONDS: '5m' })).toEqual([
      'PORT must be an integer number',
      'TRUST_PROXY must be an integer number',
      'SHUTDOWN_DEADLINE_SECONDS must be an integer number',
    ]);
  });

  it('needs all of it for a worker, which in turn needs no client key', () => {
    expect(problems({ ANTHROPIC_API_KEY: 'k' }, 'worker')).toHaveLength(3);
    expect(problems({ ANTHROPIC_API_KEY: 'k', ...durable }, 'worker')).toEqual([]);
  });

  it('refuses half of Azure', () => {
    expect(problems({ ...minimal, AZURE_OPENAI_MODEL: 'gpt' })).toEqual([
      expect.stringContaining('AZURE_OPENAI_ENDPOINT'),
    ]);
  });

  it('sends each vendor its own names, whatever model stands in for others there, and all other names to the first', () => {
    const openai = { OPENAI_API_KEY: 'k', OPENAI_MODEL: 'gpt-4o' };
    const config = loadConfig({ ...minimal, ...openai }, 'api');
    expect(config.routes.map(({ match, targets }) => [match[0], targets[0]?.target])).toEqual([
      ['claude-*', 'anthropic'],
      ['gpt-*', 'openai'],
      ['*', 'anthropic'],
    ]);
    const fixed = '{ name: fixed, provider: openai, baseUrl: "https://one.example", apiKeyEnv: K, model: gpt-4o }';
    const { routes } = loadConfig({ ...minimal, K: 'k', GATEWAY_CONFIG_YAML: `targets: [${fixed}]` }, 'api');
    expect(routes.map(({ match, targets }) => [match[0], targets[0]?.target])).toEqual([
      ['claude-*', 'anthropic'],
      ['*', 'fixed'],
    ]);
  });

  it('takes a key of Azure by itself for what a route file refers to', () => {
    const file = { GATEWAY_CONFIG: join(import.meta.dirname, 'nowhere.yaml') };
    expect(problems({ ...minimal, ...file, AZURE_OPENAI_API_KEY: 'k' })).toEqual(problems({ ...minimal, ...file }));
    expect(problems({ ...minimal, AZURE_OPENAI_API_KEY: 'k' })).toEqual([
      expect.stringContaining('Azure OpenAI needs all'),
    ]);
  });

  it('takes the text of a route file in place of its path, and tells its problems by line and column', () => {
    const text =
      'targets:\n  - { name: one, provider: anthropic, baseUrl: "https://one.example", apiKeyEnv: ONE_KEY }\n';
    const env = { PROXY_API_KEY: minimal.PROXY_API_KEY, AZURE_OPENAI_API_KEY: 'k', ONE_KEY: 'key-of-one' };
    const config = loadConfig({ ...env, GATEWAY_CONFIG_YAML: text }, 'api');
    expect(config.targets.map(({ name, apiKey }) => [name, apiKey?.reveal()])).toEqual([['one', 'key-of-one']]);
    expect(config.routes[0]).toMatchObject({ match: ['claude-*', 'anthropic/*'], targets: [{ target: 'one' }] });
    expect(config.routeFile).toBeUndefined();
    expect(problems({ ...env, GATEWAY_CONFIG_YAML: `${text}retries: { maxAttempts: 0 }\nroutes: []` })).toEqual([
      'GATEWAY_CONFIG_YAML:3:25: retries.maxAttempts: must be a whole number from 1 to 10',
      expect.stringMatching(/^GATEWAY_CONFIG_YAML:4:9: routes: /),
    ]);
  });

  it('refuses the path and the text of a route file together, and an empty one of them counts as unset', () => {
    const both = { GATEWAY_CONFIG: 'routes.yaml', GATEWAY_CONFIG_YAML: 'targets: []' };
    expect(problems({ ...minimal, ...both })).toEqual([
      expect.stringMatching(/^GATEWAY_CONFIG and GATEWAY_CONFIG_YAML are both set/),
    ]);
    expect(problems({ ...minimal, GATEWAY_CONFIG: '', GATEWAY_CONFIG_YAML: 'targets: []' })).toEqual([]);
    expect(problems({ ...minimal, GATEWAY_CONFIG_YAML: '\n' })).toEqual([]);
  });

  it('is frozen, and never shows a secret', () => {
    const config = loadConfig({ ...minimal, ...durable }, 'api');
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
    for (const shown of [JSON.stringify(config), inspect(config, { depth: 9 }), config.proxyKeys.join()]) {
      expect(shown).not.toMatch(/kkkk|sk-ant-secret|service-secret/);
    }
    expect(JSON.stringify(problems({ ...minimal, PROXY_API_KEY: 'short-secret' }))).not.toContain('short-secret');
  });
});
