import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { isOwnEnvelope, openReasoning, sealReasoning } from './reasoning-envelope.js';

const envelope = fc.record({
  provider: fc.string(),
  model: fc.string(),
  item: fc.record(
    {
      id: fc.string(),
      encrypted_content: fc.string({ unit: 'grapheme' }),
      summary: fc.array(fc.string({ unit: 'grapheme' })),
    },
    { requiredKeys: [] },
  ),
});

function ours(value: unknown): string {
  return `cpx1.${Buffer.from(JSON.stringify(value)).toString('base64url')}`;
}

describe('a reasoning envelope', () => {
  it('gives back what was sealed in it', () => {
    fc.assert(
      fc.property(envelope, (sealed) => {
        const signature = sealReasoning(sealed);
        expect(signature).toMatch(/^cpx1\.[\w-]+$/);
        expect(isOwnEnvelope(signature)).toBe(true);
        expect(openReasoning(signature)).toEqual(sealed);
      }),
    );
  });

  it('is never seen in what others signed, or what is not quite ours', () => {
    const item = { provider: 'p', model: 'm', item: {} };
    for (const foreign of [
      undefined,
      1,
      '',
      'ErcBCkgIB==',
      'cpx2.e30',
      'cpx1.',
      'cpx1.@@',
      'cpx1.e30',
      ours(null),
      ours([]),
      ours({ v: 2, ...item }),
      ours(item),
    ]) {
      expect(openReasoning(foreign)).toBeUndefined();
    }
    for (const wrong of [
      { item: 1 },
      { item: { id: 1 } },
      { item: { summary: 'x' } },
      { item: { summary: [1] } },
      { model: 1 },
    ]) {
      expect(openReasoning(ours({ v: 1, ...item, ...wrong }))).toBeUndefined();
    }
    expect(isOwnEnvelope('ErcBCkgIB')).toBe(false);
  });
});
