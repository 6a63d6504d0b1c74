/** Facts and options as the pipeline gathers them, with what a spec does not care about filled in. */
import { parseDockerfile } from '../../src/dockerfile';
import type { ContentKey } from '../../src/model/content';
import type { EngineFacts, Facts, SourceFacts } from '../../src/model/facts';
import type { BuildOptions } from '../../src/model/options';
import type { BuildPlan } from '../../src/model/plan';
import { parseBuildOptions } from '../../src/options';
import { assemblePlan, identify, planSkip, type Identity } from '../../src/plan';

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export const TWO_STAGES = `FROM node:20 AS builder
COPY . .
RUN npm ci
FROM node:20-slim
COPY --from=builder /app /app
`;

export function optionsOf(raw: Record<string, unknown> = {}): BuildOptions {
  return parseBuildOptions(raw, 'a spec');
}

/** A push to `main` in CI. */
export function sourceOf(source: Partial<SourceFacts> = {}): SourceFacts {
  return {
    ci: true,
    ciName: 'A CI',
    commit: COMMIT,
    branch: 'main',
    pullRequest: undefined,
    baseBranch: undefined,
    fork: false,
    gitTag: undefined,
    defaultBranch: 'main',
    git: true,
    volatile: [],
    repository: 'acme/shop',
    ...source,
  };
}

export interface FactsInput {
  readonly name?: string;
  readonly root?: string;
  readonly target?: string;
  readonly dockerfile?: string;
  readonly context?: string;
  readonly source?: Partial<SourceFacts>;
  readonly environment?: Readonly<Record<string, string>>;
}

export function factsOf(input: FactsInput = {}, options: BuildOptions = optionsOf()): Facts {
  const { name = 'api', root = 'apps/api', target = 'docker-build', dockerfile = TWO_STAGES } = input;
  return {
    workspace: { root: '/repo', kind: 'plain' },
    project: { name, root, target },
    source: sourceOf(input.source),
    files: {
      dockerfile: `${root}/Dockerfile`,
      dockerfileText: dockerfile,
      parsed: parseDockerfile(dockerfile, {
        buildArgs: options.buildArgs,
        platforms: options.platforms,
        buildContexts: options.buildContexts,
      }),
      context: input.context ?? root,
      contextReason: 'said so',
      contextIndirect: false,
      contextAround: { open: false, silent: false, heard: [] },
      contextDecided: true,
      ignore: { file: undefined, text: '', added: [] },
      prune: { asked: undefined, mode: 'off', reason: 'said so', rules: [], kept: [] },
    },
    environment: input.environment ?? {},
  };
}

export function engineOf(engine: Partial<EngineFacts> = {}): EngineFacts {
  return {
    server: '28.5.2',
    buildx: '0.29.1',
    builder: 'default',
    driver: 'docker',
    loads: true,
    containerdStore: true,
    platform: 'linux/amd64',
    cpus: 2,
    cacheExporters: ['registry', 'local', 'inline', 'gha'],
    ...engine,
  };
}

export const LESSER_ENGINE = engineOf({ containerdStore: false, cacheExporters: ['inline'] });

export function contentOf(content: Partial<ContentKey> = {}): ContentKey {
  return { key: 'k'.repeat(64), inputs: [], obstacles: [], images: [], changed: 0, ...content };
}

export interface PlanInput extends FactsInput {
  readonly options?: Record<string, unknown>;
  readonly engine?: EngineFacts;
  /** The registry once refused a cache manifest. */
  readonly refused?: boolean;
}

export function identityOf(input: PlanInput = {}): Identity {
  const options = optionsOf(input.options);
  return identify(options, factsOf(input, options));
}

export function planOf(input: PlanInput = {}): BuildPlan {
  const options = optionsOf({ registry: 'reg.test/acme', ...input.options });
  const facts = factsOf(input, options);
  const identity = identify(options, facts);
  const skip = planSkip(options, identity, contentOf());
  return assemblePlan(options, facts, identity, input.engine ?? engineOf(), skip, [], input.refused);
}
