/** Workspaces to write a pipeline for: of every runner, package manager and kind of registry. */
import { planCi, type CiFacts } from '../../src/setup/ci';

export const factsOf = (more: Partial<CiFacts> = {}): CiFacts => ({
  ...{ service: 'github', runner: 'nx', manager: 'npm', registry: 'ghcr.io/acme' },
  ...{ defaultBranch: 'main', shards: 3, pnpmVersion: undefined, nodeVersionFile: undefined },
  targets: { build: 'docker-build', publish: ['docker-publish'], tasks: ['docker-test'] },
  ...more,
});

/** Texts of the files, by path. */
export const filesOf = (facts: Partial<CiFacts>): Record<string, string> =>
  Object.fromEntries(planCi(factsOf(facts)).files.map(({ path, text }) => [path, text]));

const RUNNERS = ['nx', 'turborepo', 'none'] as const;
const MANAGERS = ['npm', 'pnpm', 'yarn', 'yarn-classic', 'bun'] as const;
const REGISTRIES = [
  'ghcr.io/acme',
  '1234.dkr.ecr.eu-west-1.amazonaws.com/shop',
  'europe-docker.pkg.dev/acme/images',
  'acme.azurecr.io',
  'registry.gitlab.com/acme/shop',
  'docker.io/acme',
];

export const ALL: readonly Partial<CiFacts>[] = RUNNERS.flatMap((runner) =>
  MANAGERS.flatMap((manager) =>
    REGISTRIES.map((registry) => ({
      ...{ runner, manager, registry },
      pnpmVersion: manager === 'pnpm' && runner !== 'nx' ? '^10.1' : undefined,
    })),
  ),
);
