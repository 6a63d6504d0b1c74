import { unbuiltNote, type Built } from './unbuilt';

const of = (path: string, name?: string, target?: string): Built => ({
  dockerfile: path,
  project: name === undefined ? undefined : { name, root: `apps/${name.split('/').at(-1)}` },
  target,
});
const WEB = of('apps/web/Dockerfile', '@acme/web', 'docker-build');

describe('unbuiltNote', () => {
  it('has nothing to say where all is built', () => {
    expect(unbuiltNote([WEB], false)).toBeUndefined();
  });

  it('gives a project without a build the Dockerfile that it has', () => {
    expect(unbuiltNote([WEB, of('apps/api/Dockerfile.api', '@acme/api')], true)).toBe(
      'no project builds apps/api/Dockerfile.api; to have it built, write in "projects" of nx-docker-cache.json: "@acme/api": {"dockerfile":"apps/api/Dockerfile.api"}',
    );
  });

  it('makes a project of each further one, called as the target would be in Nx, and of those of nobody', () => {
    const note = unbuiltNote(
      [
        WEB,
        of('apps/web/Dockerfile.debug', '@acme/web'),
        of('apps/web/docker/Dockerfile', '@acme/web'),
        of('apps/debug/Dockerfile', '@acme/web-debug', 'docker-build'),
        ...[of('infra/proxy/Dockerfile'), of('infra/proxy/dev.Dockerfile'), of('Dockerfile.ci')],
      ],
      true,
    )!;
    const [, json] = /nx-docker-cache\.json: (.*); Turborepo builds what scripts build/.exec(note)!;
    expect(JSON.parse(`{${json}}`)).toEqual({
      '@acme/web': { root: 'apps/web' },
      '@acme/web-debug-2': { root: 'apps/web', dockerfile: 'apps/web/Dockerfile.debug' },
      '@acme/web-docker': { root: 'apps/web', dockerfile: 'apps/web/docker/Dockerfile' },
      proxy: { root: 'infra/proxy' },
      'proxy-dev': { root: 'infra/proxy', dockerfile: 'infra/proxy/dev.Dockerfile' },
      'image-ci': { root: '.', dockerfile: 'Dockerfile.ci' },
    });
  });

  it('stays readable where there are many', () => {
    const many = Array.from({ length: 30 }, (_, at) => of(`apps/a${at}/Dockerfile.x`, `a${at}`));
    const note = unbuiltNote(many, false)!;
    expect(note).toContain('apps/a9/Dockerfile.x and 20 more; to have them built');
    expect(note.match(/"dockerfile":/g)).toHaveLength(10);
  });
});
