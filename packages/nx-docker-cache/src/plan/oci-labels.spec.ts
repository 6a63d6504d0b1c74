import { ociLabels, type ProjectManifest } from './oci-labels';
import { expand } from './template';

const P = 'org.opencontainers.image.';
const labels = (manifest: ProjectManifest, ...more: ProjectManifest[]) =>
  ociLabels('api', [manifest, ...more], []);

it('has what the manifest says, and nothing that changes by itself', () => {
  const manifest = {
    description: 'An API',
    version: '1.2.3',
    license: 'MIT',
    homepage: 'https://api.test',
    author: 'A',
  };
  expect(labels({ ...manifest, repository: 'acme/shop' })).toEqual({
    [`${P}title`]: 'api',
    [`${P}description`]: 'An API',
    [`${P}url`]: 'https://api.test',
    [`${P}source`]: 'https://github.com/acme/shop',
    [`${P}licenses`]: 'MIT',
    [`${P}authors`]: 'A',
  });
});

it('has version and revision where they are asked for', () => {
  expect(ociLabels('api', [{ version: '1.2.3' }, { version: '9.9.9' }], ['version', 'revision'])).toEqual({
    ...{ [`${P}title`]: 'api', [`${P}version`]: '1.2.3', [`${P}revision`]: '{sha}' },
  });
});

it('takes from the workspace what the project does not say, but for what it is about', () => {
  const workspace = {
    description: 'A shop',
    homepage: 'https://shop.test',
    license: 'MIT',
    repository: 'acme/shop',
  };
  expect(labels({ license: 'Apache-2.0' }, workspace)).toEqual({
    ...{
      [`${P}title`]: 'api',
      [`${P}source`]: 'https://github.com/acme/shop',
      [`${P}licenses`]: 'Apache-2.0',
    },
  });
});

it.each([
  ['git+https://github.com/acme/shop.git', 'https://github.com/acme/shop'],
  ['git@gitlab.test:acme/shop.git', 'https://gitlab.test/acme/shop'],
  ['ssh://git@git.test/acme/shop.git', 'https://git.test/acme/shop'],
  ['git://git.test/acme/shop', 'https://git.test/acme/shop'],
  ['github:acme/shop', 'https://github.com/acme/shop'],
  ['https://user:secret@git.test/acme/shop', 'https://git.test/acme/shop'],
  ['file:///somewhere', undefined],
  ['no address', undefined],
])('the source of %s is %s', (repository, source) => {
  expect(labels({ repository })[`${P}source`]).toBe(source);
});

it.each(['UNLICENSED', 'SEE LICENSE IN LICENSE.md'])('%s is no licence', (license) => {
  expect(labels({ license })).not.toHaveProperty([`${P}licenses`]);
});

it('takes no text for a template', () => {
  const text = labels({ description: 'serves {name} and {{x}}' })[`${P}description`]!;
  expect(expand(text, {}, {}, 'a label')).toBe('serves {name} and {{x}}');
});
