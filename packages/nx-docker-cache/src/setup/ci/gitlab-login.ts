import { awsRegion, hostOf, kindOf } from './login';

export interface GitlabLogin {
  /** Keys of a job, as YAML. */
  readonly keys: string;
  /** Packages of Alpine that the commands need. */
  readonly packages: string;
  readonly script: readonly string[];
  readonly notes: readonly string[];
}

const PIPE = 'docker login --password-stdin';

/** @param registry host and path prefix */
export function gitlabLogin(registry: string): GitlabLogin {
  const host = hostOf(registry);
  switch (kindOf(registry)) {
    case 'gitlab':
      return {
        ...{ keys: '', packages: '', notes: [] },
        script: [`echo "$CI_JOB_TOKEN" | ${PIPE} --username gitlab-ci-token ${host}`],
      };
    case 'ecr':
      return {
        keys: `id_tokens:
  AWS_TOKEN:
    aud: sts.amazonaws.com
`,
        packages: 'aws-cli',
        script: [
          'export AWS_WEB_IDENTITY_TOKEN_FILE="$(mktemp)"',
          'echo "$AWS_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"',
          `aws ecr get-login-password --region ${awsRegion(registry)} | ${PIPE} --username AWS ${host}`,
        ],
        notes: [
          'set the variable AWS_ROLE_ARN of the project: a role that trusts its OIDC tokens, and may push',
        ],
      };
    case 'gar':
      return {
        keys: `id_tokens:
  GOOGLE_TOKEN:
    aud: https://iam.googleapis.com/$GOOGLE_WORKLOAD_IDENTITY_PROVIDER
`,
        packages: 'curl jq',
        script: [
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
        ],
        notes: [
          'set the variable GOOGLE_WORKLOAD_IDENTITY_PROVIDER of the project (projects/…/providers/…), and let its ' +
            'identities write to the repository',
        ],
      };
    case 'ghcr':
    case 'acr':
    case 'other':
      return {
        ...{ keys: '', packages: '' },
        script: [`echo "$REGISTRY_TOKEN" | ${PIPE} --username "$REGISTRY_USER" ${host}`],
        notes: [`set the masked variables REGISTRY_USER and REGISTRY_TOKEN of the project, for ${host}`],
      };
  }
}
