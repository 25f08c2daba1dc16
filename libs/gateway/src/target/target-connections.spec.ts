import { expect, it, jest } from '@jest/globals';
import { UpstreamClient } from '#providers';
import { route, tableOf, target } from '../routing/test/routing-of.js';
import { TargetConnections } from './target-connections.js';

it('keeps the connections that the targets of a reload use', () => {
  const table = tableOf([target('one')], [route({ targets: [{ target: 'one' }] })]);
  const upstream = new UpstreamClient();
  const keepOnly = jest.spyOn(upstream, 'keepOnly');
  expect(new TargetConnections(table, upstream)).toBeDefined();
  const targets = [
    target('one', { baseUrl: 'https://one.example:8443/v1' }),
    target('two', { timeouts: { connectMs: 700 } }),
  ];
  table.replace({ ...table.routing, targets });
  expect(keepOnly).toHaveBeenCalledWith([
    { origin: 'https://one.example:8443', connectMs: 5000 },
    { origin: 'http://localhost', connectMs: 700 },
  ]);
});
