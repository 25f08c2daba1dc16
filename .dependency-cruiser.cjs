/** The arrows of docs/architecture.md, as rules. */
const lib = (name) => `^libs/${name}/`;
const production = { pathNot: ['\\.(spec|e2e-spec)\\.ts$', '/test/', '^libs/testing/'] };

/** A lib may import these, and itself. */
const libsMayImport = {
  wire: [],
  config: ['wire'],
  observability: ['config', 'wire'],
  persistence: ['observability', 'config', 'wire'],
  providers: ['observability', 'config', 'wire'],
  gateway: ['persistence', 'providers', 'observability', 'config', 'wire'],
  jobs: ['gateway', 'persistence', 'observability', 'config', 'wire'],
};

/** An app may import these libs. */
const appsMayImport = {
  api: ['jobs', 'gateway', 'providers', 'observability', 'config', 'wire'],
  worker: ['jobs', 'observability', 'config', 'wire'],
};

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(libsMayImport).map(([name, allowed]) => ({
      name: `${name}-imports-only-${allowed.join('-') || 'packages'}`,
      severity: 'error',
      from: { path: lib(name), ...production },
      to: { path: '^(libs|apps|infra)/', pathNot: [name, ...allowed].map(lib) },
    })),
    ...Object.entries(appsMayImport).map(([name, allowed]) => ({
      name: `${name}-imports-only-${allowed.join('-')}`,
      severity: 'error',
      from: { path: `^apps/${name}/`, ...production },
      to: { path: '^libs/', pathNot: allowed.map(lib) },
    })),
    {
      name: 'apps-never-import-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    { name: 'libs-never-import-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'only-through-the-door',
      comment:
        'Outside a lib, only its src/index.ts; the simulator has a door of its own, so that production never loads it.',
      severity: 'error',
      from: { path: '^(?:apps|infra|libs/([^/]+))/' },
      to: {
        path: '^libs/',
        pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$', '^libs/providers/src/simulator/index\\.ts$'],
      },
    },
    {
      name: 'wire-is-pure',
      severity: 'error',
      from: { path: lib('wire'), ...production },
      to: { path: ['@nestjs/', 'node_modules/(undici|pino|@supabase)/'] },
    },
    {
      name: 'wire-does-no-io',
      severity: 'error',
      from: { path: lib('wire'), ...production },
      to: { dependencyTypes: ['core'], pathNot: ['^(node:)?(buffer|crypto)$'] },
    },
    {
      name: 'adapters-know-nest-only-in-their-module',
      severity: 'error',
      from: { path: '^libs/providers/src/adapters/', pathNot: '\\.module\\.ts$' },
      to: { path: '@nestjs/' },
    },
    {
      name: 'adapters-never-import-adapters',
      severity: 'error',
      from: { path: '^libs/providers/src/adapters/([^/]+)/' },
      to: { path: '^libs/providers/src/adapters/', pathNot: '^libs/providers/src/adapters/$1/' },
    },
    {
      name: 'production-never-imports-tests-or-the-simulator',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: [...production.pathNot, '^libs/providers/src/simulator/'],
      },
      to: { path: ['^libs/testing/', '^libs/providers/src/simulator/', '^infra/'] },
    },
    {
      name: 'production-needs-no-dev-dependency',
      severity: 'error',
      from: { path: '^(apps|libs)/', ...production },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^infra/terraform/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json', '.d.ts'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
