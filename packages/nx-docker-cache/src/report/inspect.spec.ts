import { builds, inspected, projectOf } from '../../test/fakes/inspect';
import { formatInspection } from './inspect';

const FILES = {
  'apps/api/Dockerfile': 'FROM node\nCOPY apps/api /a\nCOPY libs/old /b\nCOPY libs/$X /c\n',
  'apps/web/Dockerfile': 'FROM node AS dev\nFROM node\nCOPY apps/web /a\nCOPY libs/old /b\nCOPY gen/x /c\n',
  'apps/bad/Dockerfile': 'FROM node\nCOPI a b\n',
  'what/Dockerfile': 'FROM node\nCOPY . .\n',
  'tools/fine.Dockerfile': 'FROM node\n',
  'apps/api/x': '',
  'apps/web/x': '',
  'libs/old/x': '',
  'libs/ui/x': '',
};
const PROJECTS = [
  projectOf('apps/api', ['ui'], builds({ context: '.' })),
  projectOf('apps/web', ['ui'], builds({ context: '.' })),
  projectOf('apps/bad', [], builds()),
  projectOf('what', [], builds()),
  ...[projectOf('libs/old'), projectOf('libs/ui')],
];
const shown = async (name?: string, files: Record<string, string> = FILES, colors = false): Promise<string> =>
  formatInspection(await inspected({ files, projects: PROJECTS, ...(name === undefined ? {} : { name }) }), {
    ...{ colors, name },
  }).join('\n');

describe('an inspection', () => {
  it('shows a line for each Dockerfile, and what to look at with what to do', async () => {
    expect(await shown()).toBe(`5 Dockerfiles in /repo/acme (npm)

  Dockerfile             project  context  stages  needs
  apps/api/Dockerfile    api      .        1 of 1  old    1 unresolved
  apps/bad/Dockerfile    bad                              broken
  apps/web/Dockerfile    web      .        1 of 2  old    1 missing, 1 superfluous, 1 synthetic
  tools/fine.Dockerfile  none     tools    1 of 1         ok
  what/Dockerfile        what     what ?   1 of 1         1 undecided

To look at: 6
  unresolved   apps/api/Dockerfile:4
               libs/$X: nothing declares it here; the base image may set it
               do: give it a value, with a default in the Dockerfile or with buildArgs
  broken       apps/bad/Dockerfile:2
               Dockerfile line 2: unknown instruction COPI. Found: COPI a b
               do: Did you mean COPY?
  missing      apps/web/Dockerfile:4
               libs/ui is not copied, and web needs it: web → ui
               do: add COPY libs/ui libs/ui after line 4
  superfluous  apps/web/Dockerfile:4
               libs/old is copied, and web does not need old: each change there builds the image again
               do: take it out of line 4, or let web depend on old
  synthetic    apps/web/Dockerfile:5
               there is no gen/x, and no task is known to write it
               do: make it before the build, or name it in the outputs of the task that does
  undecided    what/Dockerfile
               the context: no source tells the context; the project's folder is a guess
               do: set the option context`);
  });

  it('shows all of one', async () => {
    const text = await shown('web');
    expect(text).toContain('1 Dockerfile of web');
    expect(text).toMatch(/stage +dev +line 1 +FROM node, not needed\n +1 +line 2 +FROM node, is built/);
    expect(text).toMatch(/reads +apps\/web +line 3 +COPY, stage 1/);
    expect(text).toMatch(/needs +old +line 4 +COPY of its files, for web/);
    expect(text).toMatch(/root file +apps|drift +2 to look at +compared with 1 project that web needs/);
    expect(text).toContain('To look at: 3');
  });

  it('says where there is nothing', async () => {
    expect(await shown('ui')).toBe('No Dockerfile of ui.');
    expect(await shown(undefined, {})).toContain('To look at');
    expect(await shown('api', { 'apps/api/Dockerfile': 'FROM node\n' })).toContain('Nothing wants a look.');
  });

  it('has colours on a terminal alone', async () => {
    expect(await shown(undefined, FILES, true)).toContain('\u001b[31m');
    expect(await shown()).not.toContain('\u001b');
  });
});
