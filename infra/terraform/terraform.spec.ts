import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { assert, integer, maxSafeNat, nat, oneof, property } from 'fast-check';

const directory = import.meta.dirname;
const files = globSync('**/*.tf', { cwd: directory, exclude: (name) => name === '.terraform' }).map((name) => ({
  name,
  text: readFileSync(join(directory, name), 'utf8'),
}));
const textOf = (name: string) => files.find((file) => file.name === name)?.text ?? '';
/** A variable that only its own validation reads is not used. */
const withoutValidations = (text: string) => text.replaceAll(/^ {2}validation \{\n[^]*?^ {2}\}\n/gmu, '');
const hasTerraform = spawnSync('terraform', ['version']).status === 0;

describe('the edge’s body rule', () => {
  const pattern = /oversize_content_length = "([^"]+)"/u.exec(textOf('modules/cdn-waf/waf.tf'))?.[1] ?? 'missing';
  const oversize = new RegExp(pattern, 'u');
  const limit = 32 * 1024 * 1024;

  it('admits 32 MB to the byte and refuses one byte more', () => {
    expect(oversize.test(String(limit))).toBe(false);
    expect(oversize.test(String(limit + 1))).toBe(true);
  });

  it('decides by the number for every length, also with zeros before it', () => {
    assert(
      property(
        oneof(nat(limit * 2), integer({ min: limit - 1000, max: limit + 1000 }), maxSafeNat()),
        nat(3),
        (length, zeros) => oversize.test('0'.repeat(zeros) + String(length)) === length > limit,
      ),
    );
  });
});

describe('the managed rules', () => {
  it('block nothing for what a body says: prompts hold code, paths and markup', () => {
    const waf = textOf('modules/cdn-waf/waf.tf');
    for (const rule of ['SizeRestrictions_BODY', 'CrossSiteScripting_BODY', 'GenericLFI_BODY', 'Log4JRCE_BODY']) {
      expect(waf).toContain(`"${rule}"`);
    }
    expect(waf).not.toContain('SQLiRuleSet');
  });
});

describe('the log of the edge', () => {
  it('hides every header that the API takes a key from', () => {
    const presented = readFileSync(join(directory, '../../apps/api/src/edge/presented-key.ts'), 'utf8');
    const taken = [...presented.matchAll(/headers\.(\w+)|'([a-z-]*key)'/gu)].map(([, member, name = '']) => member ?? name);
    expect(taken).toEqual(expect.arrayContaining(['authorization', 'x-api-key', 'api-key']));
    const waf = textOf('modules/cdn-waf/waf.tf');
    const [, hidden = ''] = /credential_headers = \[(.*)\]/u.exec(waf) ?? [];
    for (const name of taken) expect(hidden).toContain(`"${name}"`);
    expect(waf).toMatch(/dynamic "redacted_fields" \{\n {4}for_each = local\.credential_headers/u);
  });
});

describe('CloudFront', () => {
  it('keeps no answer, and no error either', () => {
    const text = textOf('modules/cdn-waf/main.tf');
    const [block = '', codes = ''] =
      /dynamic "custom_error_response" \{\n +for_each = \[([\d, ]+)\][^]*?\n {2}\}\n/u.exec(text) ?? [];
    expect(block).toMatch(/error_caching_min_ttl = 0\n/u);
    // Those of CloudFront's list that an API gives, and those that it and the load balancer give in its place.
    expect(codes.split(', ')).toEqual(expect.arrayContaining(['404', '500', '501', '502', '503', '504']));
    expect(text).toContain('"Managed-CachingDisabled"');
  });
});

describe('the alarms', () => {
  const alarms = files.flatMap(({ name, text }) =>
    [...text.matchAll(/resource "aws_cloudwatch_(?:metric|composite)_alarm" "(\w+)" \{[^]*?\n\}\n/gu)].map(([block, alarm]) => ({
      alarm: `${name} ${alarm}`,
      block,
    })),
  );

  it('each lead to a section of the runbook', () => {
    expect(alarms.length).toBeGreaterThanOrEqual(9);
    for (const { alarm, block } of alarms) {
      expect({ alarm, block }).toEqual({
        alarm,
        block: expect.stringMatching(/alarm_description += ".*Runbook: \$\{var\.runbook_url\}#(?:[a-z-]+|\$\{local\.runbook_anchors)/u),
      });
    }
  });

  it('wake the same people wherever they are: mail wakes nobody', () => {
    for (const name of ['modules/observability/main.tf', 'modules/cdn-waf/alarms.tf']) {
      const protocols = [...textOf(name).matchAll(/resource "aws_sns_topic_subscription" [^]*?\n\}\n/gu)].map(
        ([block]) => /protocol += "(\w+)"/u.exec(block)?.[1],
      );
      expect({ name, protocols }).toEqual({ name, protocols: ['email', 'https'] });
    }
  });

  it('read no metric of ours that the contract in README.md does not name', () => {
    const contract = readFileSync(join(directory, 'modules/observability/README.md'), 'utf8');
    const ours = files.flatMap(({ text }) =>
      [...text.matchAll(/namespace += "ClaudeProxy",? (?:\n *metric_name|metric) += "(\w+)"|"ClaudeProxy", "(\w+)"/gu)].map(
        ([, first, second]) => first ?? second,
      ),
    );
    expect(new Set(ours).size).toBeGreaterThan(4);
    for (const metric of ours) expect(contract).toContain(`| \`${metric}\` |`);
  });
});

const statementsWith = (name: string, action: string) =>
  [...textOf(name).matchAll(/^ {2}statement \{[^]*?\n {2}\}\n/gmu)].flatMap(([statement]) =>
    statement.includes(action) ? [statement] : [],
  );
const servicesOf = (statements: readonly string[]) =>
  statements.flatMap((statement) => [...statement.matchAll(/"([a-z]+\.amazonaws\.com)"/gu)].map(([, service]) => service));

describe('the alarms’ topic and its key', () => {
  const ofTopic = statementsWith('modules/observability/main.tf', '"sns:Publish"');
  const ofKey = statementsWith('modules/kms/main.tf', '"kms:GenerateDataKey*"');

  it('admit the same services: what a publisher cannot encrypt never arrives', () => {
    expect(servicesOf(ofTopic)).toEqual(['cloudwatch.amazonaws.com', 'events.amazonaws.com']);
    expect(servicesOf(ofKey)).toEqual(expect.arrayContaining(servicesOf(ofTopic)));
  });

  it('admit EventBridge without a condition, as it fulfils none', () => {
    const events = [...ofTopic, ...ofKey].filter((statement) => statement.includes('"events.amazonaws.com"'));
    expect(events).toHaveLength(2);
    for (const statement of events) expect(statement).not.toContain('condition {');
  });
});

describe('the directory of the usage spool', () => {
  const [, path = 'missing'] = /usage_spool_dir += "([^"]+)"/u.exec(textOf('modules/platform/services.tf')) ?? [];

  it('is mounted, and named to the programs', () => {
    expect(textOf('modules/platform/services.tf')).toMatch(/USAGE_SPOOL_DIR += local\.usage_spool_dir/u);
    expect(textOf('modules/ecs-task/main.tf')).toMatch(/sourceVolume = "usage-spool", containerPath = var\.usage_spool_dir/u);
  });

  it.each(['Dockerfile.api', 'Dockerfile.worker'])('is a volume of %s that its user owns', (name) => {
    const dockerfile = readFileSync(join(directory, '../..', name), 'utf8');
    const user = /^USER (\S+)$/mu.exec(dockerfile)?.[1];
    const owned = dockerfile.indexOf(`chown ${user} ${path}\n`);
    expect(owned).toBeGreaterThan(dockerfile.lastIndexOf('\nFROM '));
    // What happens to a directory after it became a volume is forgotten.
    expect(dockerfile.indexOf(`VOLUME ["${path}"]`)).toBeGreaterThan(owned);
  });
});

describe('the preview of a release', () => {
  it('is not to be had by a header that anybody can guess: the empty colour’s 503s would be counted as ours', () => {
    const alb = textOf('modules/alb/main.tf');
    expect(alb).toMatch(/http_header_name = "x-release-preview"\n +values += \["\$\{each\.key\}-\$\{local\.preview_id\}"\]/u);
    const deploy = readFileSync(join(directory, '../scripts/deploy_release.sh'), 'utf8');
    expect(deploy).toContain('"x-release-preview: $1$preview_id"');
    expect(textOf('modules/platform/main.tf')).toMatch(/preview-id += module\.alb\.preview_id/u);
  });
});

describe('the endpoints in the network', () => {
  it('are those of what the programs call and of what Fargate does in it: each costs money in every zone', () => {
    const [, list = ''] = /interface_services = toset\(\[(.*)\]\)/u.exec(textOf('modules/network/main.tf')) ?? [];
    const manifest = readFileSync(join(directory, '../../package.json'), 'utf8').split('"devDependencies"')[0] ?? '';
    const called = [...manifest.matchAll(/"@aws-sdk\/client-([\w-]+)"/gu)].map(([, service = '']) => service);
    const offered = [...list.matchAll(/"([\w.]+)"/gu)].map(([, service = '']) => service);
    expect(offered.toSorted()).toEqual(['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', ...called].toSorted());
  });
});

describe('the metrics of the tasks', () => {
  it('are read by those who are named, on the ports that serve them', () => {
    const platform = textOf('modules/platform/main.tf') + textOf('modules/platform/services.tf');
    const [rule = ''] = /resource "aws_vpc_security_group_ingress_rule" "metrics" \{[^]*?\n\}\n/u.exec(platform) ?? [];
    expect(rule).toContain('setproduct(["api", "worker"], var.metrics_security_group_ids)');
    expect(rule).toContain('? local.metrics_port : local.worker_port');
    expect(platform).toMatch(/METRICS_PORT += local\.metrics_port/u);
    const port = /metrics_port += (\d+)/u.exec(platform)?.[1] ?? 'missing';
    const scraped = readFileSync(join(directory, '../monitoring/prometheus.yml'), 'utf8');
    expect(scraped).toContain(`127.0.0.1:${port}`);
  });
});

describe('the environment of the programs', () => {
  const texts = ['modules/platform/services.tf', 'modules/ecs-task/main.tf'].map(textOf);
  const apprunner = readFileSync(join(directory, '../apprunner/main.tf'), 'utf8');
  const known = readFileSync(join(directory, '../../.env.example'), 'utf8');

  it('has no variable that they do not read', () => {
    const names = [...texts, apprunner].flatMap((text) =>
      [...text.matchAll(/^ +([A-Z][A-Z_]{3,}) += /gmu)].map(([, name = '']) => name),
    );
    expect(names.length).toBeGreaterThan(15);
    const unread = names.filter((name) => name !== 'NODE_OPTIONS' && !new RegExp(`^# ${name}=`, 'mu').test(known));
    expect(unread).toEqual([]);
  });

  it('has the limits that an operator sets in extra_environment, and not the defaults in their place', () => {
    const [, merged = ''] = /module "api_task" \{[^]*?environment = merge\(([^]*?)\n {2}\)\n/u.exec(texts[0] ?? '') ?? [];
    const both = merged.indexOf('local.environment_of_both');
    expect(both).toBeGreaterThan(0);
    for (const limit of ['THROTTLE_IP_PER_MINUTE', 'THROTTLE_GLOBAL_PER_MINUTE']) {
      const at = merged.indexOf(limit);
      expect({ limit, isBefore: at !== -1 && at < both }).toEqual({ limit, isBefore: true });
    }
    expect(texts[0]).toContain('environment_of_both = merge(var.extra_environment,');
  });

  it('tells them their memory, which they cannot see on Fargate', () => {
    expect(texts[1]).toContain('HEALTH_MEMORY_LIMIT_MB = floor(var.memory * 0.9)');
    const [, memory] = /^ {4}memory += "(\d+)"/mu.exec(apprunner) ?? [];
    const [, limit] = /HEALTH_MEMORY_LIMIT_MB += "(\d+)"/u.exec(apprunner) ?? [];
    expect(Number(limit)).toBe(Math.floor(Number(memory) * 0.9));
  });
});

describe('the files', () => {
  it('name no account, no zone and no secret: what cannot be guessed is a required variable', () => {
    for (const { name, text } of files) {
      expect({ name, text }).toEqual({ name, text: expect.not.stringMatching(/\b\d{12}\b|CHANGE_?ME|REPLACE_?ME|TODO|Z[0-9A-Z]{19}/u) });
    }
  });

  it('use every variable that they declare: what an environment takes reaches the platform', () => {
    const unused = files.flatMap(({ name, text }) => {
      const folder = files.filter((file) => dirname(file.name) === dirname(name)).map((file) => file.text);
      return [...text.matchAll(/^variable "(\w+)"/gmu)]
        .map(([, variable = '']) => variable)
        .filter((variable) => !folder.some((other) => new RegExp(String.raw`\bvar\.${variable}\b`, 'u').test(withoutValidations(other))))
        .map((variable) => `${name}: ${variable}`);
    });
    expect(unused).toEqual([]);
  });

  (hasTerraform ? it : it.skip)('are formatted (skipped where terraform is not installed)', () => {
    const { status, stdout } = spawnSync('terraform', ['fmt', '-check', '-recursive', directory], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});
