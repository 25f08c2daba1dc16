import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { ToolNames } from './tool-names.js';

describe('tool names', () => {
  it('stay as they are when OpenAI takes them', () => {
    expect(new ToolNames().upstream('mcp__server__tool-1')).toBe('mcp__server__tool-1');
  });

  it('always fit, are the same in every request, differ where the names differ, and lead back', () => {
    const name = fc.string({
      minLength: 1,
      maxLength: 128,
      unit: fc.constantFrom('a', 'b', 'c', '_', '-', '.', '/', ' ', '1'),
    });
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 10 }), (declared) => {
        const names = new ToolNames();
        const sent = declared.map((original) => names.upstream(original));
        expect(new Set(sent).size).toBe(declared.length);
        for (const [index, original] of declared.entries()) {
          expect(sent[index]).toMatch(/^[\w-]{1,64}$/);
          expect(new ToolNames().upstream(original)).toBe(sent[index]);
          expect(names.originals.get(sent[index] ?? '')).toBe(original);
        }
      }),
    );
  });
});
