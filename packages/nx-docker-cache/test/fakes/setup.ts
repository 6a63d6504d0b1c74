/** What `init` would make of a workspace without Nx. */
import { parse } from 'jsonc-parser';
import type { InspectedDockerfile } from '../../src/model/inspection';
import { planSetup, type Setup, type SetupFacts, type SetupPackage } from '../../src/setup';

/** A Dockerfile that reads nothing. */
export const dockerfileOf = (path: string, more: Partial<InspectedDockerfile> = {}): InspectedDockerfile => ({
  ...{ path, projects: [], context: { path: '.', reason: 'said so', decided: true }, stages: [] },
  ...{ finalStage: '0', builtStage: '0', reachableStages: ['0'], instructions: [], externalImages: [] },
  ...{ edges: [], rootInputs: [], outputs: [], unresolved: [], synthetic: [], drift: [], problem: undefined },
  ...more,
});

/** Its instructions, where it copies paths of its context. */
export const copies = (...paths: string[]): InspectedDockerfile['instructions'] => [
  {
    ...{ line: 2, stage: '0', via: 'COPY', from: undefined },
    sources: paths.map((path) => ({ path, kind: /[*]/.test(path) ? 'glob' : 'path' })),
  },
];

/** A package that builds its own Dockerfile. */
export const packageOf = (root: string, more: Partial<SetupPackage> = {}): SetupPackage => ({
  ...{ name: `@acme/${root.split('/').at(-1)}`, root, dockerfile: dockerfileOf(`${root}/Dockerfile`) },
  ...{ contexts: [], tasks: [], variables: { args: [], others: [], tasks: {} } },
  ...more,
});

const MANIFEST = '{\n  "name": "x"\n}\n';
/** A workspace of Turborepo and pnpm with one package, `apps/api`. */
export const factsOf = (more: Partial<SetupFacts> = {}): SetupFacts => ({
  ...{ tools: ['turborepo', 'pnpm'], registry: 'ghcr.io/acme', packages: [packageOf('apps/api')] },
  ...{
    ...{ manager: 'pnpm', turbo: '2.11.11', bare: [] },
    packageNames: new Map(
      ['@acme/b', '@acme/base', ...(more.packages ?? [packageOf('apps/api')]).map(({ name }) => name)].map(
        (name) => [name, name],
      ),
    ),
    generated: [],
    rootNames: [],
    kind: (path) => (/\.\w+$|Dockerfile$/.test(path) ? 'file' : 'folder'),
  },
  ...more,
  texts: {
    ...{
      'package.json': '{ "workspaces": ["apps/*"], "devDependencies": { "nx-docker-cache": "1" } }',
      'turbo.json': '{\n  "tasks": {}\n}\n',
    },
    ...{ 'apps/api/package.json': MANIFEST },
    ...more.texts,
  },
});

/** What a file holds then. */
export const json = ({ edits }: Setup, path: string): unknown =>
  parse(edits.find((edit) => edit.path === path)?.after ?? 'null');
/** The second run. */
export const again = (facts: SetupFacts): Setup => {
  const { edits } = planSetup(facts);
  const written = Object.fromEntries(edits.map(({ path, after }) => [path, after]));
  return planSetup({ ...facts, texts: { ...facts.texts, ...written } });
};
