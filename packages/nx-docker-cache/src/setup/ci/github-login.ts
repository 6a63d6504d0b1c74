import { awsRegion, hostOf, kindOf } from './login';

export interface GithubLogin {
  /** Steps as YAML, at the depth of a list of steps. */
  readonly steps: string;
  /** Permissions of the job's token beside `contents: read`, while it builds and while it publishes. */
  readonly permissions: string;
  /** The same while it plans, and asks the registry only. */
  readonly reading: string;
  readonly notes: readonly string[];
}

/**
 * Forks get no secrets, and Dependabot gets its own ones only; what is untrusted has no use for them either.
 * https://docs.github.com/en/code-security/dependabot/troubleshooting-dependabot/troubleshooting-dependabot-on-github-actions
 */
const WITH_SECRETS =
  "${{ !github.event.pull_request.head.repo.fork && env.NX_DOCKER_CACHE_TRUST != 'untrusted' }}";

/** There is no token for reading: what the role may do is up to the cloud. */
const OIDC = { permissions: 'id-token: write', reading: 'id-token: write' };

export function githubLogin(registry: string): GithubLogin {
  const host = hostOf(registry);
  switch (kindOf(registry)) {
    case 'ghcr':
      return {
        permissions: 'packages: write',
        reading: 'packages: read',
        steps: `- uses: docker/login-action@v3
  with:
    registry: ghcr.io
    username: \${{ github.actor }}
    password: \${{ secrets.GITHUB_TOKEN }}
`,
        notes: [],
      };
    case 'ecr':
      return {
        ...OIDC,
        steps: `- uses: aws-actions/configure-aws-credentials@v4
  if: ${WITH_SECRETS}
  with:
    role-to-assume: \${{ vars.AWS_ROLE_ARN }}
    aws-region: ${awsRegion(registry)}
- uses: aws-actions/amazon-ecr-login@v2
  if: ${WITH_SECRETS}
`,
        notes: [
          'set the variable AWS_ROLE_ARN of the repository: a role that trusts its OIDC tokens, and may push',
        ],
      };
    case 'gar':
      return {
        ...OIDC,
        steps: `- uses: google-github-actions/auth@v2
  id: google
  if: ${WITH_SECRETS}
  with:
    workload_identity_provider: \${{ vars.GOOGLE_WORKLOAD_IDENTITY_PROVIDER }}
    service_account: \${{ vars.GOOGLE_SERVICE_ACCOUNT }}
    token_format: access_token
- uses: docker/login-action@v3
  if: ${WITH_SECRETS}
  with:
    registry: ${host}
    username: oauth2accesstoken
    password: \${{ steps.google.outputs.access_token }}
`,
        notes: [
          'set the variables GOOGLE_WORKLOAD_IDENTITY_PROVIDER and GOOGLE_SERVICE_ACCOUNT of the repository',
        ],
      };
    case 'acr':
      return {
        ...OIDC,
        steps: `- uses: azure/login@v2
  if: ${WITH_SECRETS}
  with:
    client-id: \${{ vars.AZURE_CLIENT_ID }}
    tenant-id: \${{ vars.AZURE_TENANT_ID }}
    subscription-id: \${{ vars.AZURE_SUBSCRIPTION_ID }}
- run: az acr login --name ${host.split('.')[0]!}
  if: ${WITH_SECRETS}
`,
        notes: [
          'set the variables AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_SUBSCRIPTION_ID of the repository',
        ],
      };
    case 'gitlab':
    case 'other':
      return {
        permissions: '',
        reading: '',
        // The name is no secret: GitHub keeps back outputs of jobs that hold a secret's text, as names of projects may.
        steps: `- uses: docker/login-action@v3
  if: ${WITH_SECRETS}
  with:
    registry: ${host}
    username: \${{ vars.REGISTRY_USER }}
    password: \${{ secrets.REGISTRY_TOKEN }}
`,
        notes: [
          `set the variable REGISTRY_USER and the secret REGISTRY_TOKEN of the repository, for ${host}; the secret for Dependabot too, if that merges`,
        ],
      };
  }
}
