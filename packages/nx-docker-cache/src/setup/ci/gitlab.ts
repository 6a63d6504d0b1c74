import { STATE_FOLDER } from '../../plan/state';
import {
  buildCommands,
  handedOnOf,
  installCommand,
  matrixCommand,
  publishCommands,
  wordsOf,
} from './commands';
import { gitlabLogin } from './gitlab-login';
import type { CiFacts, CiFile, CiPlan } from './model';
import { pnpmNotes } from './pnpm';

const PIPELINE = '.gitlab/images.yml';
const SHARD = '.gitlab/images-shard.yml';
const ROOT = '.gitlab-ci.yml';
/** No context has this folder: beside it, what a job hands to the next one would be a part of `COPY . .` there. */
const JOBS = `${STATE_FOLDER}/images-shards.yml`;
const IMAGES = `${STATE_FOLDER}/images.json`;

const ORDER =
  'let publishing follow the order of commits, once its group is there after the first run: PUT ' +
  '/projects/<id>/resource_groups/images with process_mode=oldest_first (API of GitLab)';

/** A pipeline that starts another one, of a job for each shard, and publishes after it. */
export function gitlabPipeline(facts: CiFacts): CiPlan {
  const include = `include:\n  - local: ${PIPELINE}\n`;
  const files: CiFile[] = [
    { path: PIPELINE, text: pipeline(facts) },
    { path: SHARD, text: shard(facts) },
    { path: ROOT, text: include },
  ];
  return { files, notes: [...gitlabLogin(facts.registry).notes, ...pnpmNotes(facts), ORDER] };
}

function pipeline(facts: CiFacts): string {
  const { all } = wordsOf(facts);
  const variable = all.toUpperCase();
  return `# Written by nx-docker-cache, and yours to change. .gitlab-ci.yml includes it.
include:
  - local: ${SHARD}

.images-when:
  rules:
    # A newer commit of a merge request makes the older one's builds pointless; all other pipelines run to their end.
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
      interruptible: true
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
    - if: $CI_COMMIT_TAG

images plan:
  stage: build
  # No engine: the registry is asked only.
  extends: [.images-tools, .images-when]
  variables:
    # What a change concerns is found in the history.
    GIT_DEPTH: '0'
  script:
    # A branch and a release are everything: a pipeline before may have failed, or may have been cancelled. What the
    # registry holds is skipped, which costs a request.
    - if [ -n "$CI_MERGE_REQUEST_IID" ]; then AFFECTED=--affected; fi
    - mkdir -p ${STATE_FOLDER}
    - ${matrixCommand(facts, `--shards ${facts.shards} $AFFECTED --gitlab`)} > ${JOBS}
    - ${matrixCommand(facts, '--shards 1 $AFFECTED --local-times --github')} > ${IMAGES}
  artifacts:
    # Names are read from a file: dotenv reports end at 5 KB.
    paths: [${JOBS}, ${IMAGES}]
    expire_in: 1 day

# A pipeline of its own, with a job for each shard.
images:
  stage: test
  extends: .images-when
  needs: [images plan]
  trigger:
    include:
      - local: ${SHARD}
      - artifact: ${JOBS}
        job: images plan
    strategy: depend

# Once all shards have passed: what has not been tested gets no tag that others use.
images publish:
  stage: deploy
  extends: .images
  needs: [images plan, images]
  # One at a time. The order of those that wait is that of the group's process mode, which only the API sets: with
  # oldest_first an older commit does not give its tags after a newer one. Elsewhere GitLab takes any of them.
  resource_group: images
  variables:
    GIT_DEPTH: '0'
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
    - if: $CI_COMMIT_TAG
  script:
${list(handedOnOf(facts).map(readAll))}
    - if [ -z "$${variable}" ]; then echo "no image to publish"; exit 0; fi
${list(publishCommands(facts))}
`;
}

/** A word that no shard has is left empty. */
function readAll(name: string): string {
  const read = `JSON.parse(fs.readFileSync("${IMAGES}")).include.map((one) => one.${name}).join(" ")`;
  return `${name.toUpperCase()}="$(node -p '${read}')"`;
}

function shard(facts: CiFacts): string {
  const login = gitlabLogin(facts.registry);
  const packages = ['git', 'nodejs', 'npm', ...login.packages.split(' ')].filter((name) => name !== '');
  const tools = [
    `apk add --no-cache ${packages.join(' ')}`,
    ...login.script,
    ...prepare(facts),
    installCommand(facts.manager),
  ];
  return `# Written by nx-docker-cache, and yours to change. Jobs of shards are made of .images.
.images-tools:
  image: docker:28-cli
${login.keys === '' ? '' : `${indented(2, login.keys)}\n`}  before_script:
${list(tools)}

.images:
  extends: .images-tools
  services: [docker:28-dind]
  rules:
    - if: $CI_MERGE_REQUEST_IID
      interruptible: true
    # Without a rule GitLab leaves a job out of the pipelines of merge requests.
    - when: on_success
  variables:
    DOCKER_HOST: tcp://docker:2376
    DOCKER_TLS_VERIFY: '1'
    DOCKER_TLS_CERTDIR: /certs
    DOCKER_CERT_PATH: /certs/client
  before_script:
    - !reference [.images-tools, before_script]
    # Certificates are taken from a context only.
    - docker context create job && docker buildx create --use job
  script:
${list(buildCommands(facts))}
`;
}

/** What brings the package manager. */
function prepare({ manager, pnpmVersion }: CiFacts): string[] {
  const corepack = ['npm install --global corepack', 'corepack enable'];
  return {
    npm: [],
    pnpm: pnpmVersion === undefined ? corepack : [`npm install --global 'pnpm@${pnpmVersion}'`],
    yarn: corepack,
    'yarn-classic': ['npm install --global yarn@1'],
    bun: ['npm install --global bun'],
  }[manager];
}

/** Commands of a script; quoted, as they hold what YAML would read otherwise. */
function list(commands: readonly string[]): string {
  return commands
    .map((command) =>
      command.includes('\n')
        ? `    - |\n${indented(6, command)}`
        : `    - ${/[:#]\s|^[!&*|>'"%@`]/.test(command) ? JSON.stringify(command) : command}`,
    )
    .join('\n');
}

function indented(depth: number, text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => ' '.repeat(depth) + line)
    .join('\n');
}
