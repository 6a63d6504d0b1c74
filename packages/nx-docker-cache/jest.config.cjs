/** Unit and contract specs: TypeScript through @swc/jest; ESM-only dependencies are transformed as well. */
module.exports = {
  rootDir: __dirname,
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  setupFiles: ['<rootDir>/test/seed.cjs'],
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // It has an `import` export only, which jest's CommonJS resolver does not see.
  moduleNameMapper: { '^unicorn-magic$': '<rootDir>/../../node_modules/unicorn-magic/node.js' },
  // execa, env-ci and what they import are ESM only; jest's CommonJS runtime needs them transformed.
  transformIgnorePatterns: [
    'node_modules/(?!(execa|env-ci|get-stream|is-stream|is-plain-obj|is-unicode-supported|npm-run-path|path-key|human-signals|merge-stream|onetime|mimic-fn|mimic-function|strip-final-newline|figures|pretty-ms|parse-ms|signal-exit|unicorn-magic|yoctocolors|@sec-ant|@sindresorhus|cross-spawn|java-properties)/)',
  ],
};
