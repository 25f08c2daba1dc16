import { describe, expect, it } from '@jest/globals';
import type { UsageReportRow } from '#gateway';
import { UsageTable } from './usage-table.js';

const row: UsageReportRow = {
  day: '2026-11-21',
  model: 'claude-opus-5',
  provider: null,
  key_id: 'key_1',
  operations: 3,
  ended: 1,
  failed: 1,
  aborted: 1,
  attempts: 4,
  input_tokens: 10,
  output_tokens: 20,
  cache_read_tokens: 30,
  cache_creation_5m_tokens: 40,
  cache_creation_1h_tokens: 50,
  thinking_tokens: 5,
  cost_micro_usd: null,
  unpriced: 3,
  untold: 2,
};

function cellOf(model: string): string | undefined {
  const [, line] = new UsageTable([{ ...row, model }], ['model']).csv().split('\r\n');
  return line?.replace(/,3,1,1,1,4,10,20,30,40,50,5,,3,2$/, '');
}

describe('UsageTable', () => {
  it('names a column for each group and each sum, in JSON and in CSV alike', () => {
    const table = new UsageTable([row], ['day', 'provider', 'key']);
    expect(table.objects()).toEqual([
      expect.objectContaining({
        day: '2026-11-21',
        provider: null,
        key: 'key_1',
        operations: 3,
        cost_micro_usd: null,
        unpriced: 3,
        untold: 2,
      }),
    ]);
    expect(Object.keys(table.objects()[0] ?? {})).toEqual(table.columns);
    expect(table.csv()).toBe(
      'day,provider,key,operations,ended,failed,aborted,attempts,input_tokens,output_tokens,cache_read_tokens,' +
        'cache_creation_5m_tokens,cache_creation_1h_tokens,thinking_tokens,cost_micro_usd,unpriced,untold\r\n' +
        '2026-11-21,,key_1,3,1,1,1,4,10,20,30,40,50,5,,3,2\r\n',
    );
  });

  it.each([
    ['claude-opus-5', 'claude-opus-5'],
    ['a "b", c', '"a ""b"", c"'],
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    [' =1', `"' =1"`],
    ['\t=1', `"'\t=1"`],
    ['＝1', `"'＝1"`],
    ['', ''],
  ])('writes the name %j as %s', (model, cell) => {
    expect(cellOf(model)).toBe(cell);
  });
});
