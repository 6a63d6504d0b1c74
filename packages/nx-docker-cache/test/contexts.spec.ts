/** The graph, an inspection and a build settle one context, in Nx and elsewhere. */
import type { SurveyedProject } from '../src/model/survey';
import { parseBuildOptions } from '../src/options';
import { inspectWorkspace } from '../src/pipeline/inspect';
import { readDockerfile } from '../src/pipeline/dockerfile';
import { inspectPorts, projectOf } from './fakes/inspect';
import { GraphWorkspace, project, type Files } from './graph/workspace';

/** Options that the user writes, by the project's folder. */
type Written = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const ALL = 'FROM a\nCOPY . .\n';
const ROOT = 'FROM a\nCOPY libs/x /x\n';
const OWN = 'FROM a\nCOPY own /x\n';
const LIBS: Files = { 'libs/x/a': '' };

/** What is asked of is always apps/me. */
const WORLDS: readonly (readonly [
  name: string,
  files: Files,
  written: Written,
  context: string,
  why: RegExp,
])[] = [
  [
    'all beside use the root',
    { 'apps/me/Dockerfile': ALL, 'apps/a/Dockerfile': ROOT, 'apps/b/Dockerfile': ROOT },
    {},
    '.',
    /^as apps\/a\/Dockerfile, apps\/b\/Dockerfile$/,
  ],
  [
    'all beside use their projects',
    { 'apps/me/Dockerfile': ALL, 'apps/a/Dockerfile': OWN, 'apps/a/own': '', 'apps/b/Dockerfile': ALL },
    {},
    'apps/me',
    /^as apps\/a\/Dockerfile$/,
  ],
  [
    'those beside disagree',
    { 'apps/me/Dockerfile': ALL, 'apps/a/Dockerfile': OWN, 'apps/a/own': '', 'apps/b/Dockerfile': ROOT },
    {},
    'apps/me',
    /\(apps\/a\/Dockerfile uses apps\/a, apps\/b\/Dockerfile uses \.\).*guess/,
  ],
  [
    'an option beside says it',
    { 'apps/me/Dockerfile': ALL, 'apps/a/Dockerfile': ALL },
    { 'apps/a': { context: '{projectRoot}/..' } },
    'apps',
    /^as apps\/a\/Dockerfile$/,
  ],
  [
    'a compose file says it of one beside',
    {
      ...{ 'apps/me/Dockerfile': ALL, 'apps/a/Dockerfile': ALL, 'apps/b/Dockerfile': ALL },
      'compose.yaml': 'services: { a: { build: { dockerfile: apps/a/Dockerfile } } }\n',
    },
    {},
    '.',
    /^as apps\/a\/Dockerfile$/,
  ],
  [
    'those beside tell nothing themselves, and are no chain',
    { 'apps/me/Dockerfile': ALL, 'apps/a/Dockerfile': ALL, 'apps/a/Dockerfile.dev': ROOT },
    {},
    'apps/me',
    /^no source tells the context; /,
  ],
  [
    'one in the folder is nearer',
    { 'apps/me/Dockerfile': ALL, 'apps/me/Dockerfile.dev': ROOT, 'apps/a/Dockerfile': OWN, 'apps/a/own': '' },
    {},
    '.',
    /^as apps\/me\/Dockerfile\.dev$/,
  ],
  [
    'others lie elsewhere',
    { 'apps/me/Dockerfile': ALL, 'services/a/Dockerfile': ROOT, 'apps/a/docker/Dockerfile': ROOT },
    {},
    'apps/me',
    /^no source tells the context; /,
  ],
  [
    'one beside is broken',
    { 'apps/me/Dockerfile': ALL, 'apps/a/Dockerfile': `${ROOT}NONSENSE\n`, 'apps/b/Dockerfile': ROOT },
    {},
    '.',
    /^as apps\/b\/Dockerfile$/,
  ],
  [
    'one beside has wrong options',
    { 'apps/me/Dockerfile': ALL, 'apps/a/Dockerfile': OWN, 'apps/a/own': '', 'apps/b/Dockerfile': ROOT },
    { 'apps/a': { target: 'nothing' } },
    '.',
    /^as apps\/b\/Dockerfile$/,
  ],
  [
    'its own sources tell',
    { 'apps/me/Dockerfile': OWN, 'apps/me/own': '', 'apps/a/Dockerfile': ROOT },
    {},
    'apps/me',
    /telling sources/,
  ],
  [
    'its Dockerfile lies with others',
    { 'docker/me.Dockerfile': ALL, 'docker/a.Dockerfile': ROOT, 'apps/me/x': '', 'apps/a/x': '' },
    { 'apps/me': { dockerfile: 'docker/me.Dockerfile' }, 'apps/a': { dockerfile: 'docker/a.Dockerfile' } },
    '.',
    /^as docker\/a\.Dockerfile$/,
  ],
];

describe('the context of a Dockerfile that tells nothing, where', () => {
  let workspace: GraphWorkspace;
  afterEach(() => workspace.remove());

  const roots = (files: Files): string[] => [
    ...new Set(Object.keys(files).flatMap((path) => /^(apps|services)\/\w+/.exec(path)?.[0] ?? [])),
  ];
  const name = (root: string): string => root.split('/').at(-1)!;

  /** Targets as the plugin makes them, with what the user wrote over them. */
  async function targetsOf(files: Files, written: Written) {
    const config = roots(files).map((root) => {
      const own = written[root];
      const targets = own && { 'docker-build': { executor: 'nx-docker-cache:build', options: own } };
      return [`${root}/project.json`, project(name(root), targets)] as const;
    });
    workspace = new GraphWorkspace({ ...LIBS, ...files, ...Object.fromEntries(config) });
    return workspace.targets();
  }

  /** What an inspection and a build say of apps/me. */
  async function settled(files: Files, projects: readonly SurveyedProject[], kind: 'nx' | 'plain') {
    const ports = inspectPorts({ files: { ...LIBS, ...files }, projects, kind });
    const me = projects.find(({ root }) => root === 'apps/me')!;
    const { target, options } = me.builds.find((build) => build.target === 'docker-build')!;
    const place = { ...{ name: 'me', root: me.root }, target, options };
    const built = await readDockerfile(parseBuildOptions(options, 'me'), place, ports);
    const { dockerfiles } = await inspectWorkspace(ports);
    const inspected = dockerfiles.find(({ path }) => path === built.dockerfile)!.context;
    return {
      inspected,
      built: { path: built.context, reason: built.contextReason, decided: built.contextDecided },
    };
  }

  it.each(WORLDS)('%s', async (_, files, written, context, why) => {
    const targets = await targetsOf(files, written);
    const expected = {
      path: context,
      reason: expect.stringMatching(why),
      decided: !/guess|no source/.test(why.source),
    };

    const plain = roots(files).map((root) =>
      projectOf(root, [], { builds: [{ target: 'docker-build', options: written[root] ?? {} }] }),
    );
    expect(await settled(files, plain, 'plain')).toEqual({ inspected: expected, built: expected });

    const ofNx = roots(files).map((root) => {
      const own = Object.entries(targets).filter(([key]) => key.startsWith(`${root}:`));
      const builds = own.map(([key, { options }]) => ({
        target: key.slice(root.length + 1),
        options: { ...(options as object), ...written[root] },
      }));
      return projectOf(root, [], { builds });
    });
    const inNx = await settled(files, ofNx, 'nx');
    expect(inNx.inspected).toEqual(expected);
    expect(inNx.built).toMatchObject({ path: context, decided: expected.decided });

    const inputs = targets['apps/me:docker-build']!.inputs!.map((input) => JSON.stringify(input));
    const folder =
      context === '.'
        ? '{workspaceRoot}'
        : context === 'apps/me'
          ? '{projectRoot}'
          : `{workspaceRoot}/${context}`;
    expect(inputs).toContain(`"${folder}/.dockerignore"`);
  });
});
