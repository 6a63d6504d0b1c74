import { affectedIn } from '../../../test/fakes/affected';
import { builds, projectOf } from '../../../test/fakes/inspect';

const tasks = {
  test: {
    command: 'npm test',
    envFile: ['{projectRoot}/.env.test', './config/all.env'],
    volumes: ['./fixtures/{projectRoot}:/fixtures:ro', 'cache:/cache', '/etc/ssl:/ssl'],
  },
  lint: 'npm run lint',
};
const FILES = {
  'apps/api/Dockerfile': 'FROM busybox AS test\nCOPY src /src\n',
  'apps/api/src/a': '',
  'apps/web/Dockerfile': 'FROM apps/api:dev\n',
};

/** Reasons of each build. */
const why = async (changed: string, options: object = { stage: 'test', tasks }): Promise<unknown[]> => {
  const projects = [projectOf('apps/api', [], builds(options as Record<string, unknown>))];
  const report = await affectedIn({ files: FILES, projects, changed: [changed] });
  return report.projects.flatMap(({ name, reasons }) =>
    reasons.map(({ kind, text, files }) => [name, kind, text, files]),
  );
};

describe('a file that a stage task reads and no stage', () => {
  it.each([
    ['apps/api/.env.test', 'an env file of its task test'],
    ['config/all.env', 'an env file of its task test'],
    ['fixtures/apps/api/big.json', 'a volume (./fixtures/apps/api) of its task test'],
  ])('concerns the build, so that its tests are run: %s', async (path, text) => {
    expect(await why(path)).toEqual([['api', 'options', text, [path]]]);
  });

  it('concerns the build in Nx too, which asks for the task only where that is named', async () => {
    const projects = [projectOf('apps/api', [], builds({ stage: 'test', tasks }))];
    const runner = { name: 'nx' as const, tasks: [] };
    const report = await affectedIn({ files: FILES, projects, changed: ['config/all.env'], runner });
    expect(report.projects.map(({ name }) => name)).toEqual(['api']);
  });

  it.each(['fixtures/apps/web/big.json', 'config/other.env', 'cache', 'apps/web/.env.test'])(
    'is not %s',
    async (path) => {
      expect(await why(path)).toEqual([]);
    },
  );

  it('is the whole workspace where that is mounted, and none where the options are wrong', async () => {
    const mounted = { stage: 'test', tasks: { test: { command: 'x', volumes: '.:/repo' } } };
    expect(await why('notes.txt', mounted)).toEqual([
      ['api', 'options', 'a volume (.) of its task test', ['notes.txt']],
    ]);
    expect(await why('../outside.txt', mounted)).toEqual([]);
    const wrong = { stage: 'test', tasks: { test: { command: 'x', volumes: '.:/repo', cpus: 'many' } } };
    expect(await why('notes.txt', wrong)).toEqual([]);
  });
});
