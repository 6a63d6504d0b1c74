import { builds, projectOf } from '../../test/fakes/inspect';
import { fakeWorld } from '../../test/fakes/world';
import { DockerCacheError } from '../errors';
import { withMaker } from './missing-source';
import type { Identified } from './prepare';

const PROJECTS = [
  projectOf('apps/web', [], { ...builds(), targets: { build: {}, 'docker-build': {} } }),
  projectOf('apps/plain', [], builds()),
  projectOf('libs/ui', [], { targets: { bundle: { outputs: ['{projectRoot}/gen'] } } }),
];
const failed = (found: string): DockerCacheError =>
  new DockerCacheError({ code: 'BUILD_FAILED', message: 'step failed: COPY', found, hint: 'as before' });
const missing = (path: string): DockerCacheError =>
  failed(`failed to compute cache key: failed to calculate checksum of ref a::b: "${path}": not found`);

interface Case {
  readonly project?: string;
  readonly context?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly broken?: boolean;
}

const hintOf = async (error: DockerCacheError, more: Case = {}): Promise<string | undefined> => {
  const { project = 'web', context = '.', files = {}, broken = false } = more;
  const { ports } = fakeWorld({ files });
  const root = `apps/${project}`;
  const facts = { files: { context } } as unknown as Identified['facts'];
  const survey = async () => {
    if (broken) throw new DockerCacheError({ code: 'INVALID_CONFIG', message: 'no JSON' });
    return { tools: [], projects: PROJECTS };
  };
  const workspace = { ...ports.workspace, survey };
  const identified = { project: { name: project, root, target: 'docker-build', options: {} }, facts };
  return (await withMaker(error, identified, { files: ports.files, workspace })).hint;
};

describe('withMaker', () => {
  it('names the task that makes what is not there', async () => {
    expect(await hintOf(missing('/dist'), { context: 'apps/web' })).toMatch(
      /^apps\/web\/dist is not there\. It is made by web:build: run that before the build/,
    );
    expect(await hintOf(missing('/apps/web/dist/main.js'))).toContain('is made by web:build');
    expect(await hintOf(missing('/libs/ui/gen'))).toContain('is made by ui:bundle');
  });

  it.each<[string, DockerCacheError, Case]>([
    ['what is there, and the ignore file leaves out', missing('/dist'), { files: { 'dist/a': '' } }],
    ['what no task makes', missing('/conf'), {}],
    ['an output of a project without such a task', missing('/apps/plain/dist'), { project: 'plain' }],
    ['a workspace that cannot be read', missing('/apps/web/dist'), { broken: true }],
    ['another failure', failed('did not complete successfully: exit code: 1'), {}],
  ])('leaves the hint alone for %s', async (_, error, more) => {
    expect(await hintOf(error, more)).toBe('as before');
  });
});
