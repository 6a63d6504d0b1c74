import { runsThroughTurbo } from './turbo-calls';

const NAMES = ['docker-build', '@acme/web#docker-build'];

it.each([
  'turbo run docker-build',
  'turbo docker-build',
  'turbo watch docker-build',
  'turbo run gen docker-build',
  'turbo --cwd .. run codegen docker-build --filter=web',
  'npx --yes turbo@2 run docker-build>log',
  'npx -- turbo run docker-build',
  'cd ../.. && node_modules/.bin/turbo run @acme/web#docker-build',
  'turbo prune web 2>&1; turbo run docker-build',
  `sh -c 'turbo run "docker-build"'`,
  'echo $(turbo run docker-build)',
])('runs the task: %s', (script) => {
  expect(runsThroughTurbo(script, NAMES)).toBe(true);
});

it.each([
  'nx-docker-cache build .',
  'turbo prune web --docker && nx-docker-cache build .',
  'turbo prune docker-build && nx-docker-cache build .',
  'turbo --cwd .. ls docker-build; turbo query x',
  'turbo run codegen && nx-docker-cache build . && echo docker-build',
  'turbo run docker-build-base @acme/base#docker-build && nx-docker-cache build .',
  'turbo run codegen -- docker-build',
  'turbo-less run docker-build',
  'turbo',
])('does not run it: %s', (script) => {
  expect(runsThroughTurbo(script, NAMES)).toBe(false);
});
