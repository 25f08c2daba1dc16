import { globSync, readFileSync } from 'node:fs';
import { describedVariables } from '#config';
import { localVariables } from './local-variables.mjs';

/** Of the machine and of npm packages. */
const ofOthers = new Set(['PATH', 'HOME']);

const reads = [
  /\bprocess\.env\.([A-Za-z_]\w*)/g,
  /\bprocess\.env\[['"](\w+)['"]\]/g,
  // How infra/local passes the environment on.
  /\bvariables\.([A-Z]\w*)/g,
  /\b(?:readPort|given)\((?:variables, )?'(\w+)'/g,
];

/** Where .env.example and the code disagree with the descriptions. */
export function environmentProblems() {
  const described = new Map([...describedVariables(), ...localVariables].map(({ name, fallback }) => [name, fallback]));
  return [...exampleProblems(described), ...codeProblems(described)];
}

function exampleProblems(described) {
  const lines = readFileSync('.env.example', 'utf8').matchAll(/^#? ?([A-Z][A-Z0-9_]*)=(.*)$/gm);
  const example = new Map(Array.from(lines, ([, name, value]) => [name, value]));
  return [
    ...[...described.keys()].filter((name) => !example.has(name)).map((name) => `.env.example lacks ${name}`),
    ...[...example.keys()]
      .filter((name) => !described.has(name))
      .map((name) => `.env.example names ${name}, which nothing reads`),
    ...[...described]
      .filter(
        ([name, fallback]) => isLiteral(fallback, described) && example.has(name) && example.get(name) !== fallback,
      )
      .map(([name, fallback]) => `.env.example gives ${name} another default than the code: it is ${fallback}`),
  ];
}

/** A fallback may also be the name of another variable. */
function isLiteral(fallback, described) {
  return fallback !== '' && !described.has(fallback);
}

function codeProblems(described) {
  const files = globSync(['apps/**/*.ts', 'libs/**/*.ts', 'infra/**/*.ts'], {
    exclude: ['**/node_modules/**', '**/test/**', 'libs/testing/**'],
  });
  return files
    .filter((file) => !file.endsWith('spec.ts'))
    .toSorted()
    .flatMap((file) => {
      const source = readFileSync(file, 'utf8');
      const names = new Set(reads.flatMap((pattern) => Array.from(source.matchAll(pattern), ([, name]) => name)));
      return [...names]
        .filter((name) => !described.has(name) && !ofOthers.has(name))
        .map((name) => `${file} reads ${name}, which is described nowhere`);
    });
}
