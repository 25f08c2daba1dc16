import { describe, expect, it } from '@jest/globals';
import { ModelCatalogue } from './model-catalogue.js';
import { registry, route, tableOf, target } from './routing/test/routing-of.js';

const targets = [
  target('claude'),
  target('gpt', { provider: 'foreign' }),
  target('fixed', { provider: 'foreign', model: 'gpt-4o' }),
];
const to = (name: string): { target: string }[] => [{ target: name }];

function ids(...routes: Parameters<typeof tableOf>[1]): string[] {
  return new ModelCatalogue(tableOf(targets, routes), registry).list().map(({ id }) => id);
}

describe('the catalogue of models', () => {
  it('holds the names of the routes, and for patterns the known models of their targets', () => {
    expect(
      ids(
        route({ match: ['claude-gpt', 'claude-*'], targets: to('claude') }),
        route({ match: ['gpt-5.4', 'gpt-*'], targets: to('gpt') }),
      ),
    ).toEqual(['claude-gpt', 'claude-opus-5-5', 'claude-haiku-5-5', 'gpt-5.4', 'gpt-5.6']);
  });

  it('holds the model that a target serves whatever is asked, or the names that it stands in for', () => {
    expect(ids(route({ match: ['*'], targets: to('fixed') }))).toEqual(['gpt-4o']);
    expect(ids(route({ match: ['claude-*'], targets: to('fixed') }))).toEqual(['claude-opus-5-5', 'claude-haiku-5-5']);
  });

  it('holds the model that stands in for other names beside the known ones', () => {
    const openai = target('openai', { provider: 'foreign', standInModel: 'gpt-of-ours' });
    const list = new ModelCatalogue(tableOf([openai], [route({ targets: to('openai') })]), registry).list();
    expect(list.map(({ id }) => id)).toEqual(['gpt-5.6', 'gpt-5.4', 'gpt-of-ours']);
  });

  it('tells what the model behind a name can do', () => {
    const catalogue = new ModelCatalogue(
      tableOf(targets, [route({ match: ['claude-gpt'], targets: to('fixed') }), route({ targets: to('claude') })]),
      registry,
    );
    expect(catalogue.find('claude-gpt')).toMatchObject({
      id: 'claude-gpt',
      owner: 'foreign',
      native: false,
      capabilities: { contextWindow: 128_000, webSearchTool: false },
    });
    expect(catalogue.find('claude-opus-5-5')).toMatchObject({ native: true, capabilities: { pdfInput: true } });
  });

  it('knows a name by a pattern, but not by the route that takes any name', () => {
    const catalogue = new ModelCatalogue(
      tableOf(targets, [route({ match: ['gpt-*'], targets: to('gpt') }), route({ targets: to('claude') })]),
      registry,
    );
    expect(catalogue.find('gpt-5.4-2026-03-05')?.id).toBe('gpt-5.4-2026-03-05');
    expect(catalogue.find('no-such-model')).toBeUndefined();
  });
});
