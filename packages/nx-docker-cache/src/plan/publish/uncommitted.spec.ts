import { parseDockerfile } from '../../dockerfile';
import { hasOtherFiles, inputsAmong } from './uncommitted';

const files = (dockerfile: string, ignore = '') => ({
  ...{ parsed: parseDockerfile(dockerfile), context: 'apps/api', dockerfile: 'apps/api/Dockerfile' },
  ignore: { file: ignore === '' ? undefined : 'apps/api/.dockerignore', text: ignore, added: [] },
});

it('knows which changes a build reads', () => {
  const api = files('FROM a AS b\nCOPY src lib/*.js /\nFROM b AS other\nCOPY more /\nFROM b\n', 'src/*.md');
  const changed = ['src/a.js', 'src/a.md', 'lib/x.js', 'lib/x.ts', 'more/a', 'README.md']
    .map((path) => `apps/api/${path}`)
    .concat('apps/api/Dockerfile', 'apps/api/.dockerignore', 'src/a.js', 'apps/web/src/a.js');
  const main = ['src/a.js', 'lib/x.js', 'Dockerfile', '.dockerignore'].map((path) => `apps/api/${path}`);
  expect(inputsAmong(changed, api, [undefined])).toEqual(main);
  expect(inputsAmong(changed, api, [undefined, 'other']).sort()).toEqual([...main, 'apps/api/more/a'].sort());
});

it('knows whether a build read other files, and leaves moved base images alone', () => {
  const input = (text: string, digest: string, count = 1) => ({
    ...{ line: 1, text, digest, files: count, bytes: 1, digestWithoutModes: digest },
  });
  const built = [input('FROM a', 'f1', 0), input('COPY a /', 'c1')];
  expect(hasOtherFiles(built, [input('FROM a', 'f2', 0), input('COPY a /', 'c1')])).toBe(false);
  expect(hasOtherFiles(built, [input('FROM a', 'f1', 0), input('COPY a /', 'c2')])).toBe(true);
});
