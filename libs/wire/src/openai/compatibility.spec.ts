import { describe, expect, it } from '@jest/globals';

import { compatibility } from './compatibility.js';
import type { CompatibilityRow } from './compatibility-row.js';

const rows: readonly CompatibilityRow[] = compatibility;

describe('the table of compatibility', () => {
  it('has one row a field', () => {
    const fields = rows.map(({ field }) => field);
    expect(new Set(fields).size).toBe(fields.length);
  });

  it('has a code for everything that is dropped, and none for what is not', () => {
    for (const row of rows) {
      const verdicts = `${row.chat} ${row.responses}`;
      if (verdicts.includes('dropped')) expect(row.warning).toMatch(/^[a-z]+(?:_[a-z]+)+$/);
      if (verdicts === 'refused refused' || verdicts === 'ignored ignored') expect(row.warning).toBeUndefined();
    }
  });
});
