import { awsRegion, hostOf, kindOf } from './login';

export interface GitlabLogin {
  /** Keys of a job, as YAML. */
  readonly keys: string;
  /** Packages of Alpine that the commands need. */
  readonly packages: string;
  /** A command each; one may have several lines. */
  readonly script: readonly string[];
  readonly notes: readonly string[];
}

const PIPE = 'docker login --password-stdin';
const SCOPE = 'not protected, or merge requests build without it';

/** @param registry host and path prefix */
export function gitlabLogin(registry: string): GitlabLogin {
  const host = hostOf(registry);
  switch (kindOf(registry)) {
    case 'gitlab':
      return {
        ...{ keys: '', packages: '', notes: [] },
        // Every job has this one, those of forks for their own project.
        script: [`echo "$CI_JOB_TOKEN" | ${PIPE} --username gitlab-ci-token ${host}`],
      };
    case 'ecr':
      return {
        keys: `id_tokens:
  AWS_TOKEN:
    aud: sts.amazonaws.com
`,
        packages: 'aws-cli',
        script: withVariable('AWS_ROLE_ARN', host, [
          'export AWS_WEB_IDENTITY_TOKEN_FILE="$(mktemp)"',
          'echo "$AWS_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"',
          `aws ecr get-login-password --region ${awsRegion(registry)} | ${PIPE} --username AWS ${host}`,
        ]),
        notes: [
          `set the variable AWS_ROLE_ARN of the project (${SCOPE}): a role that trusts its OIDC tokens, and may push`,
        ],
      };
    case 'gar':
      return {
        keys: `id_tokens:
  GOOGLE_TOKEN:
    aud: https://iam.googleapis.com/$GOOGLE_WORKLOAD_IDENTITY_PROVIDER
`,
        packages: 'curl jq',
        script: withVariable('GOOGLE_WORKLOAD_IDENTITY_PROVIDER', host, [
          [
            'curl --fail --silent --show-error https://sts.googleapis.com/v1/token',
            '--data-urlencode "audience=//iam.googleapis.com/$GOOGLE_WORKLOAD_IDENTITY_PROVIDER"',
            '--data-urlencode "grant_type=urn:ietf:params:oauth:grant-type:token-exchange"',
            '--data-urlencode "requested_token_type=urn:ietf:params:oauth:token-type:access_token"',
            '--data-urlencode "scope=https://www.googleapis.com/auth/cloud-platform"',
            '--data-urlencode "subject_token_type=urn:ietf:params:oauth:token-type:jwt"',
            '--data-urlencode "subject_token=$GOOGLE_TOKEN"',
            `| jq --raw-output --exit-status .access_token | ${PIPE} --username oauth2accesstoken ${host}`,
          ].join(' '),
        ]),
        notes: [
          `set the variable GOOGLE_WORKLOAD_IDENTITY_PROVIDER of the project (projects/…/providers/…; ${SCOPE}), and ` +
            'let its identities write to the repository',
        ],
      };
    case 'ghcr':
    case 'acr':
    case 'other':
      return {
        ...{ keys: '', packages: '' },
        script: withVariable('REGISTRY_TOKEN', host, [
          `echo "$REGISTRY_TOKEN" | ${PIPE} --username "$REGISTRY_USER" ${host}`,
        ]),
        notes: [
          `set the masked variables REGISTRY_USER and REGISTRY_TOKEN of the project (${SCOPE}), for ${host}`,
        ],
      };
  }
}

/**
 * A pipeline of a fork's merge request runs in the fork, which has none of the project's variables; nor has a merge
 * request where they are protected. Such builds read what anybody may, and push nothing. Elsewhere a login that is missing
 * is a mistake, and is said before anything is built.
 * https://docs.gitlab.com/ci/pipelines/merge_request_pipelines/#use-with-forked-projects
 */
function withVariable(name: string, host: string, commands: readonly string[]): string[] {
  return [
    [
      `if [ -n "$${name}" ]; then`,
      ...commands.map((command) => `  ${command}`),
      'elif [ -n "$CI_MERGE_REQUEST_IID" ]; then',
      `  echo "no login to ${host}, as in merge requests from forks: ${name} is not set. Nothing is pushed."`,
      '  export NX_DOCKER_CACHE_TRUST=untrusted',
      'else',
      `  echo "no login to ${host}: the variable ${name} of this project is not set" >&2`,
      '  exit 1',
      'fi',
    ].join('\n'),
  ];
}
