import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../local/repository-root.js';

export const runbookPath = 'docs/OPERATIONAL_RUNBOOK_FULL.md';

/** Text by anchor, as GitHub makes anchors. */
export function runbookSections(): Map<string, string> {
  const text = readFileSync(join(repositoryRoot, runbookPath), 'utf8');
  const parts = text.split(/^## /m).slice(1);
  return new Map(
    parts.map((part) => {
      const [title = '', ...rest] = part.split('\n');
      return [
        title
          .toLowerCase()
          .replaceAll(/[^\w\s-]/g, '')
          .replaceAll(' ', '-'),
        rest.join('\n'),
      ];
    }),
  );
}
