import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

interface Service {
  readonly env_file?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const { services } = parse(readFileSync(join(import.meta.dirname, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Readonly<Record<string, Service>>;
};

describe('docker-compose.yml', () => {
  // What `environment` names, .env cannot change: that wins over `env_file`.
  it('leaves to .env all that depends on how it is run, so that the next `up` does not forget it', () => {
    for (const name of ['api', 'worker']) {
      expect(services[name]?.env_file).toBe('../.env');
      const values = Object.values(services[name]?.environment ?? {});
      expect(values.filter((value) => value.includes('$'))).toEqual([]);
    }
    expect(services.api?.environment).not.toHaveProperty('TRUST_PROXY');
  });
});
