/** End to end: the packed package, a real engine and registry, real workspaces. Two at a time: each has agents of its own. */
module.exports = {
  rootDir: __dirname,
  testEnvironment: 'node',
  testMatch: ['**/*.spec.ts'],
  testTimeout: 300_000,
  maxWorkers: 2,
  globalSetup: './global-setup.cjs',
  globalTeardown: './global-teardown.cjs',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
};
