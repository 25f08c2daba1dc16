import type { UsageGroup, UsageReportRow } from '#gateway';

export type UsageCell = string | number | null;

const groupCells: Readonly<Record<UsageGroup, (row: UsageReportRow) => UsageCell>> = {
  day: ({ day }) => day,
  model: ({ model }) => model,
  provider: ({ provider }) => provider,
  key: ({ key_id: key }) => key,
};

const sums = [
  'operations',
  'ended',
  'failed',
  'aborted',
  'attempts',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_creation_5m_tokens',
  'cache_creation_1h_tokens',
  'thinking_tokens',
  'cost_micro_usd',
  'unpriced',
  'untold',
] as const satisfies readonly (keyof UsageReportRow)[];

/** A report as people read it: what it is grouped by, then the sums. */
export class UsageTable {
  readonly columns: readonly string[];

  constructor(
    private readonly rows: readonly UsageReportRow[],
    private readonly groups: readonly UsageGroup[],
  ) {
    this.columns = [...groups, ...sums];
  }

  objects(): Record<string, UsageCell>[] {
    return this.rows.map((row) => {
      const cells = this.cells(row);
      return Object.fromEntries(this.columns.map((column, index) => [column, cells[index] ?? null]));
    });
  }

  /** RFC 4180, for spreadsheets: names of models are the clients' words, and no cell may be taken for a formula. */
  csv(): string {
    const lines = [this.columns, ...this.rows.map((row) => this.cells(row))];
    return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
  }

  private cells(row: UsageReportRow): UsageCell[] {
    return [...this.groups.map((group) => groupCells[group](row)), ...sums.map((sum) => row[sum])];
  }
}

/** Whatever a spreadsheet may read as the start of a formula, the wide forms of these signs included. */
const formula = /^[\s]*[=+\-@＝＋－＠|%]|^[\t\r\n]/;

function csvCell(cell: UsageCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /^[\w.:-]*$/.test(safe) ? safe : `"${safe.replaceAll('"', '""')}"`;
}
