import { configAt, packageName } from './options';

it('reads the configuration and manifests of a commit, with a byte order mark too', async () => {
  expect(await configAt(async () => '\uFEFF{"defaults":{"pull":true}}')).toEqual({
    defaults: { pull: true },
  });
  expect(await configAt(async () => undefined)).toEqual({});
  expect(await configAt(async () => '{')).toBeUndefined();
  expect(packageName('\uFEFF{"name":"api"}')).toBe('api');
});
