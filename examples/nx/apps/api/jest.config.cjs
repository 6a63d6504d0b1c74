module.exports = {
  rootDir: 'src',
  transform: { '\\.ts$': ['ts-jest', { tsconfig: `${__dirname}/tsconfig.spec.json` }] },
  moduleNameMapper: { '^@example/shared$': '<rootDir>/../../../libs/shared/src/index.ts' },
};
