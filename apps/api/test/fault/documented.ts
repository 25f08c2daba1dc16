import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cell, type Setup, setups } from './cell.js';

interface DocumentedRow {
  readonly fault: string;
  readonly mode: string;
  readonly outcomes: ReadonlyMap<Setup, string>;
}

const page = readFileSync(join(import.meta.dirname, '../../../../docs/resilience.md'), 'utf8');

/** The table of faults, for targets that speak the client's own dialect. */
export const documentedRows = rowsUnder('fault', 'asked for');

/** Where a translated request fares otherwise. */
const translatedRows = rowsUnder('translated', 'asked for');

export function documentedOutcome({ lane, fault, mode, setup }: Cell): string | undefined {
  const of = (rows: readonly DocumentedRow[]): string | undefined =>
    rows.find((row) => row.fault === fault.name && row.mode === mode)?.outcomes.get(setup);
  return (lane === 'chat' ? of(translatedRows) : undefined) ?? of(documentedRows);
}

/** The rows of the one table whose header begins with these two words. */
function rowsUnder(...header: readonly string[]): DocumentedRow[] {
  const lines = page.split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const start = lines.findIndex((cells) => header.every((word, index) => cells[index] === word));
  if (start === -1) throw new Error(`docs/resilience.md has no table that begins with ${header.join(', ')}`);
  const length = lines.slice(start).findIndex((cells) => cells.length === 0);
  const rows = lines.slice(start + 2, length === -1 ? undefined : start + length);
  return rows.flatMap(([fault = '', modes = '', ...cells]) => {
    const outcomes = new Map(setups.map((setup, index) => [setup, cells[index] ?? '']));
    return modes.split(', ').map((mode) => ({ fault, mode, outcomes }));
  });
}
