import {
  buildCommands,
  handedOnOf,
  installCommand,
  matrixCommand,
  publishCommands,
  wordsOf,
} from './commands';
import { githubLogin } from './github-login';
import { pnpmNotes } from './pnpm';
import { NODE_VERSION, type CiFacts, type CiPlan } from './model';

const PATH = '.github/workflows/images.yml';

/** What Dependabot proposes. It may merge as well, and what is pushed to a branch of ours then is ours. */
const OF_DEPENDABOT =
  "github.actor == 'dependabot[bot]' && (github.event_name != 'push' || startsWith(github.ref, 'refs/heads/dependabot/'))";

/** A pull request, and the queue that it may go through. */
const OF_CHANGES = "github.event_name == 'pull_request' || github.event_name == 'merge_group'";

/**
 * A workflow of four jobs: which images a change concerns, their builds and tests on several agents, publishing, and a
 * check that a branch may require.
 */
export function githubWorkflow(facts: CiFacts): CiPlan {
  const login = githubLogin(facts.registry);
  const setup = setupSteps(facts);
  const matrix = matrixCommand(facts, `--shards ${facts.shards} $AFFECTED --github`);
  const words = wordsOf(facts);
  const variables = words.each.map((name) => `${name.toUpperCase()}: \${{ matrix.${name} }}`).join('\n');
  const handedOn = handedOnOf(facts);
  const outputs = handedOn
    .map((name) => `${name}: \${{ join(fromJSON(steps.matrix.outputs.matrix).include.*.${name}, ' ') }}`)
    .join('\n');
  const published = handedOn
    .map((name) => `${name.toUpperCase()}: \${{ needs.plan.outputs.${name} }}`)
    .join('\n');
  const permissions = permissionsOf(login.permissions);
  const text = `# Written by nx-docker-cache, and yours to change.
name: Images

on:
  push:
    branches: [${JSON.stringify(facts.defaultBranch)}]
    tags: ['v*']
  pull_request:
  merge_group:

# A newer commit of a pull request makes the older one's run pointless. Runs of a branch follow each other; of those
# that wait only the newest is kept, which is why each of them goes by all images and not by what its push changed.
concurrency:
  group: images-\${{ github.ref }}
  cancel-in-progress: \${{ github.event_name == 'pull_request' }}

permissions:
  contents: read

env:
  # Code of others until it is merged: its builds push nothing, as those of forks.
  NX_DOCKER_CACHE_TRUST: \${{ ${OF_DEPENDABOT} && 'untrusted' || '' }}

jobs:
  plan:
    runs-on: ubuntu-latest
    permissions:
${at(6, permissionsOf(login.reading))}
    outputs:
      matrix: \${{ steps.matrix.outputs.matrix }}
${at(6, outputs)}
    steps:
      - uses: actions/checkout@v4
        with:
          # No step talks to the repository again, and a token in .git would be in the reach of scripts and of COPY.
          persist-credentials: false
          # What a change concerns is found in the history.
          fetch-depth: 0
${at(6, setup)}
      # The registry is asked what it holds.
${at(6, login.steps)}
      - id: matrix
        # A branch and a release are everything: a run before may have failed, or may have been replaced while it waited.
        # What the registry holds is skipped, which costs a request.
        run: |
          matrix="$(${matrix})"
          echo "matrix=$matrix" >> "$GITHUB_OUTPUT"
        env:
          AFFECTED: \${{ (${OF_CHANGES}) && '--affected' || '' }}

  images:
    name: images \${{ matrix.shard }}
    needs: plan
    # A matrix without an entry is an error.
    if: \${{ fromJSON(needs.plan.outputs.matrix).include[0] }}
    strategy:
      fail-fast: false
      matrix: \${{ fromJSON(needs.plan.outputs.matrix) }}
    runs-on: ubuntu-latest
    # The token of a pull request from a fork reads, whatever stands here: such a build pushes nothing.
    permissions:
${at(6, permissions)}
    env:
${at(6, variables)}
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
${at(6, setup)}
      - uses: docker/setup-buildx-action@v3
${at(6, login.steps)}
${at(6, runSteps(buildCommands(facts)))}

  # Once all shards have passed: what has not been tested gets no tag that others use.
  publish:
    needs: [plan, images]
    if: \${{ github.event_name == 'push' }}
    runs-on: ubuntu-latest
    permissions:
${at(6, permissions)}
    env:
${at(6, published)}
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
          fetch-depth: 0
${at(6, setup)}
      - uses: docker/setup-buildx-action@v3
${at(6, login.steps)}
${at(6, runSteps(publishCommands(facts)))}

  # The check to require of pull requests: how many shards there are depends on the change.
  check:
    name: images
    needs: [plan, images, publish]
    # A job that is left out counts as passed.
    if: \${{ always() }}
    runs-on: ubuntu-latest
    permissions: {}
    steps:
      - run: test "$PASSED" = true
        env:
          PASSED: \${{ !contains(needs.*.result, 'failure') && !contains(needs.*.result, 'cancelled') }}
`;
  return { files: [{ path: PATH, text }], notes: [...login.notes, ...pnpmNotes(facts)] };
}

function permissionsOf(more: string): string {
  return ['contents: read', more].filter((line) => line !== '').join('\n');
}

function setupSteps({ manager, pnpmVersion, nodeVersionFile }: CiFacts): string {
  const version =
    nodeVersionFile === undefined ? `node-version: ${NODE_VERSION}` : `node-version-file: ${nodeVersionFile}`;
  const cached = { npm: 'npm', pnpm: 'pnpm', yarn: 'yarn', 'yarn-classic': 'yarn', bun: undefined }[manager];
  const node = [
    '- uses: actions/setup-node@v4',
    '  with:',
    `    ${version}`,
    ...(cached === undefined ? [] : [`    cache: ${cached}`]),
  ];
  const before = {
    npm: [],
    pnpm: ['- uses: pnpm/action-setup@v4', ...pnpmInputs(pnpmVersion)],
    yarn: ['- run: corepack enable'],
    'yarn-classic': [],
    bun: ['- uses: oven-sh/setup-bun@v2'],
  }[manager];
  return [...before, ...node, `- run: ${installCommand(manager)}`].join('\n');
}

/** The action wants a version from one place: from `packageManager` in package.json, or from here. */
function pnpmInputs(version: string | undefined): string[] {
  if (version === undefined) return [];
  return [
    '  with:',
    '    # To be left out once package.json names a version in packageManager.',
    `    version: ${JSON.stringify(version)}`,
  ];
}

function runSteps(commands: readonly string[]): string {
  if (commands.length === 1) return `- run: ${commands[0]!}`;
  return `- run: |\n${commands.map((command) => `    ${command}`).join('\n')}`;
}

/** The text further in; its last newline is left to the template. */
function at(depth: number, text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => ' '.repeat(depth) + line)
    .join('\n');
}
