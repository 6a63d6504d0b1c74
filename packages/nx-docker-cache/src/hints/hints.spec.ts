import { contextHints, hintFilesIn, hintFolders, readHints } from './index';

const COMPOSE = `services:
  api:
    build: ./apps/api
  web:
    build:
      context: .
      dockerfile: apps/web/Dockerfile.prod
  db:
    image: postgres
  inline:
    build: { dockerfile_inline: FROM scratch }
  remote:
    build: https://example.test/repo.git
  odd: 7
`;
const WORKFLOW = `on: push
jobs:
  images:
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with:
          context: .
          file: apps/\${{ matrix.app }}/Dockerfile
      - uses: docker/build-push-action@v6
        with: { context: 'services/\${{ matrix.name }}' }
      - run: |
          echo start
          docker buildx build --platform linux/amd64 \\
            -t x:1 --push -f docker/base.Dockerfile \\
            . && echo done
      - run: docker build -t y .
        working-directory: tools
      - run: cd moved/x && docker build .
`;

describe('what other files say of builds', () => {
  const hints = (path: string, text: string) => readHints({ path, text });
  const of = (path: string, text: string, dockerfile: string) =>
    contextHints(hints(path, text), dockerfile).map(({ context, reason }) => ({ context, reason }));

  it.each([
    ['apps/api/Dockerfile', 'apps/api', 3],
    ['apps/web/Dockerfile.prod', '.', 6],
  ])('a compose file builds %s in %s', (dockerfile, context, line) => {
    expect(of('compose.yaml', COMPOSE, dockerfile)).toEqual([
      { context, reason: `compose.yaml line ${line}` },
    ]);
  });

  it('a compose file counts from its own folder', () => {
    expect(
      of('deploy/docker-compose.yml', 'services: { a: { build: ../apps/a } }', 'apps/a/Dockerfile'),
    ).toEqual([{ context: 'apps/a', reason: 'deploy/docker-compose.yml line 1' }]);
  });

  it('says nothing of other Dockerfiles, images and repositories', () => {
    expect(hints('compose.yaml', COMPOSE).map(({ dockerfile }) => dockerfile)).toEqual([
      'apps/api/Dockerfile',
      'apps/web/Dockerfile.prod',
    ]);
  });

  it.each([
    ['apps/any/Dockerfile', '.', 8],
    ['services/mail/Dockerfile', 'services/mail', 11],
    ['docker/base.Dockerfile', '.', 14],
    ['tools/Dockerfile', 'tools', 17],
  ])('a workflow builds %s in %s', (dockerfile, context, line) => {
    const path = '.github/workflows/ci.yml';
    expect(of(path, WORKFLOW, dockerfile)).toEqual([{ context, reason: `${path} line ${line}` }]);
  });

  it('a script that changes its folder says nothing', () => {
    expect(of('.github/workflows/ci.yml', WORKFLOW, 'Dockerfile')).toEqual([]);
    expect(of('.github/workflows/ci.yml', WORKFLOW, 'moved/x/Dockerfile')).toEqual([]);
  });

  it.each([
    ['docker build .', 'Dockerfile', '.'],
    ['podman build --file=a/D a', 'a/D', 'a'],
    ['docker build -q --build-arg X=1 -f "a b/D" "a b"', 'a b/D', 'a b'],
    ['docker build apps/$APP', 'apps/x/Dockerfile', 'apps/x'],
    ['docker image build ./a | tee log', 'a/Dockerfile', 'a'],
  ])('%s', (script, dockerfile, context) => {
    expect(of('.gitlab-ci.yml', `build:\n  script:\n    - ${script}\n`, dockerfile)).toEqual([
      { context, reason: '.gitlab-ci.yml line 3' },
    ]);
  });

  it.each([
    'docker build - < Dockerfile',
    'docker build https://example.test/x.git',
    'docker build a b',
    'docker build -f apps/$APP/Dockerfile $CONTEXT',
    'docker buildx bake api',
    '# docker build .',
  ])('%s says nothing', (script) => {
    const dockerfiles = ['Dockerfile', 'a/Dockerfile', 'apps/x/Dockerfile', 'api/Dockerfile'];
    expect(dockerfiles.flatMap((path) => of('.gitlab-ci.yml', `  - ${script}`, path))).toEqual([]);
  });

  it.each([
    'a: [',
    '{{ build }}',
    'services: build',
    '- build',
    '',
    'x: &a [build]\ny: *b',
    `build: ${'['.repeat(5000)}`,
  ])('garbage is no hint: %#', (text) => {
    expect(hints('compose.yaml', text)).toEqual([]);
    expect(hints('.github/workflows/x.yaml', text)).toEqual([]);
  });

  it('is looked for above the Dockerfile and where CI looks', () => {
    expect(hintFolders('apps/api/Dockerfile')).toEqual(['apps/api', 'apps', '.', '.github/workflows']);
    expect(
      hintFilesIn('.', [
        'compose.yaml',
        'docker-compose.dev.yml',
        'composer.json',
        '.gitlab-ci.yml',
        'x.yml',
      ]),
    ).toEqual(['compose.yaml', 'docker-compose.dev.yml', '.gitlab-ci.yml']);
    expect(hintFilesIn('.github/workflows', ['ci.yml', 'README.md'])).toEqual(['.github/workflows/ci.yml']);
  });
});
