import { describe, expect, it } from '@jest/globals';
import { route, tableOf, target } from '../routing/test/routing-of.js';
import { KnownModels } from './known-models.js';

const table = tableOf(
  [target('azure', { model: 'our-deployment', baseModel: 'gpt-5.4' }), target('anthropic')],
  [route({ alias: 'claude-opus-5', targets: [{ target: 'anthropic', alias: 'house-model' }, { target: 'azure' }] })],
);

describe('a model’s label', () => {
  it('is its own name where the operator has configured it', () => {
    const models = new KnownModels(table);
    for (const name of ['our-deployment', 'gpt-5.4', 'claude-opus-5', 'house-model'])
      expect(models.label(name)).toBe(name);
  });

  it('is the longest family of the price list that it begins with, in whatever letters', () => {
    const models = new KnownModels(table);
    expect(models.label('claude-haiku-4-5-20251001')).toBe('claude-haiku-4-5');
    expect(models.label('GPT-5.4-mini-2026-03-05')).toBe('gpt-5.4-mini');
  });

  it('is of a family that the operator has priced', () => {
    const priced = tableOf([target('one')], [route({ targets: [{ target: 'one' }] })]);
    const models = new KnownModels(priced);
    expect(models.label('qwen9-coder')).toBe('other');
    const prices = [{ model: 'qwen9-*', inputUsd: 1, outputUsd: 2 }];
    priced.replace({ ...priced.routing, prices: prices as unknown as typeof priced.routing.prices });
    expect(models.label('qwen9-coder')).toBe('qwen9-');
  });

  it('is "other" for a name that only a client knows, and for none, however many there are', () => {
    const models = new KnownModels(table);
    const labels = Array.from({ length: 3000 }, (_, number) => models.label(`made-up-${number}`));
    expect(new Set([...labels, models.label(undefined), models.label('')])).toEqual(new Set(['other']));
    expect(models.label('claude-opus-5')).toBe('claude-opus-5');
  });

  it('follows the routes when they are replaced', () => {
    const changing = tableOf([target('one', { model: 'first' })], [route({ targets: [{ target: 'one' }] })]);
    const models = new KnownModels(changing);
    expect([models.label('first'), models.label('second')]).toEqual(['first', 'other']);
    changing.replace({ ...changing.routing, targets: [target('one', { model: 'second' })] });
    expect([models.label('first'), models.label('second')]).toEqual(['other', 'second']);
  });
});
