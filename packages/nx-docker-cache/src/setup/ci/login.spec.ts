import { kindOf } from './login';

it.each([
  ['ghcr.io/a', 'ghcr'],
  ['ghcr.io.evil.test/a', 'other'],
  ['https://ghcr.io/a/', 'ghcr'],
  ['eu.gcr.io/a', 'gar'],
  ['x-docker.pkg.dev/a', 'gar'],
  ['localhost:5000', 'other'],
])('%s is a registry of the kind %s', (registry, kind) => {
  expect(kindOf(registry)).toBe(kind);
});
