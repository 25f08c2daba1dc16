import { describe, expect, it } from '@jest/globals';
import { MetricRegistry } from './metric-registry.js';

describe('MetricRegistry', () => {
  it('writes counters, gauges and cumulated buckets in Prometheus’ text format', async () => {
    const registry = new MetricRegistry();
    registry.counter('requests_total', 'Requests', ['route']).of('/v1/messages').add(2);
    registry.gauge('depth', 'Depth').of().set(0);
    const seconds = registry.histogram('latency_seconds', 'Latency', [0.1, 1], ['route']).of('a');
    for (const value of [0.1, 0.5, 0.75, 4]) seconds.observe(value);
    expect(await registry.text()).toBe(
      [
        '# HELP requests_total Requests',
        '# TYPE requests_total counter',
        'requests_total{route="/v1/messages"} 2',
        '# HELP depth Depth',
        '# TYPE depth gauge',
        'depth 0',
        '# HELP latency_seconds Latency',
        '# TYPE latency_seconds histogram',
        'latency_seconds_bucket{route="a",le="0.1"} 1',
        'latency_seconds_bucket{route="a",le="1"} 3',
        'latency_seconds_bucket{route="a",le="+Inf"} 4',
        'latency_seconds_sum{route="a"} 5.35',
        'latency_seconds_count{route="a"} 4',
        '',
      ].join('\n'),
    );
  });

  it('escapes label values, so that none can forge a line', async () => {
    const registry = new MetricRegistry();
    registry.counter('c', 'C', ['name']).of('a"} 1\nevil 2\\').add();
    expect((await registry.text()).split('\n')).toContain(String.raw`c{name="a\"} 1\nevil 2\\"} 1`);
  });

  it('leaves out a gauge that has no value, and asks its collectors before it writes', async () => {
    const registry = new MetricRegistry();
    const gauge = registry.gauge('depth', 'Depth').of();
    expect(await registry.text()).toBe('');
    registry.onCollect(() => Promise.reject(new Error('away')));
    registry.onCollect(async () => gauge.set(7));
    expect(await registry.text()).toContain('depth 7\n');
  });

  it('counts under "other" what comes after two thousand label sets', async () => {
    const registry = new MetricRegistry();
    const family = registry.counter('c', 'C', ['name']);
    for (let number = 0; number < 5000; number += 1) family.of(String(number)).add();
    const text = await registry.text();
    expect(text.split('\n').length).toBeLessThan(2010);
    expect(text).toContain('c{name="other"} 3000\n');
  });

  it('refuses a name twice', () => {
    const registry = new MetricRegistry();
    registry.counter('c', 'C');
    expect(() => registry.gauge('c', 'C')).toThrow('declared twice');
  });
});
