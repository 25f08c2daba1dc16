/**
 * `npm run docs` writes the generated parts of the documents from the code; with `--check` nothing is written, and a part that
 * differs, a variable that is not described or a link that leads nowhere is a problem and exit code 1. Needs `dist/`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { routeFileSchema } from '#config';
import { compatibilityPage } from './compatibility-page.mjs';
import { configurationPage } from './configuration-page.mjs';
import { dependencySection } from './dependency-section.mjs';
import { environmentProblems } from './environment-problems.mjs';
import { formatted } from './formatted.mjs';
import { linkProblems } from './link-problems.mjs';
import { replaceSection } from './replace-section.mjs';

const pages = [
  { path: 'docs/compatibility.md', make: () => compatibilityPage() },
  { path: 'docs/configuration.md', make: () => configurationPage() },
  { path: 'docs/gateway-config.schema.json', make: () => `${JSON.stringify(routeFileSchema, null, 2)}\n` },
  {
    path: 'docs/architecture.md',
    make: async (path) => replaceSection(readFileSync(path, 'utf8'), 'dependencies', await dependencySection()),
  },
];

const check = process.argv.includes('--check');
const problems = [];
for (const { path, make } of pages) {
  const made = await formatted(path, await make(path));
  if (!check) writeFileSync(path, made);
  else if (readOrEmpty(path) !== made)
    problems.push(`${path} is not what the code says: run "npm run docs" and commit it`);
}
problems.push(...environmentProblems(), ...linkProblems());

for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length === 0)
  process.stdout.write(check ? 'The documents agree with the code.\n' : 'The documents are written.\n');
process.exitCode = problems.length === 0 ? 0 : 1;

function readOrEmpty(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}
