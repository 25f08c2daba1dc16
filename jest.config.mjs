const project = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.local/'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  // @ssut/nestjs-sqs requires Nest's ESM in a cycle unless both are loaded first.
  setupFiles: ['<rootDir>/libs/testing/src/load-nest-first.ts'],
};

export default {
  projects: [
    { ...project, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs,infra}/**/*.spec.ts'] },
    { ...project, displayName: 'e2e', testMatch: ['<rootDir>/{apps,infra}/**/*.e2e-spec.ts'] },
  ],
  testTimeout: 90_000,
  // Every e2e file starts processes of its own; more than the two cores' worth starves them.
  maxWorkers: 2,
  // Node keeps the ES modules of every file that a worker has run: 3 GB in the end, which took longer to leave than Jest waits for.
  workerIdleMemoryLimit: '512MB',
};
