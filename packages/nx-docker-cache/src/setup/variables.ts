/** Variables that a build needs, whatever the CI service: who runs it, how to reach engine and registry. */
const ALWAYS = [
  'CI',
  'NX_DOCKER_CACHE_*',
  'DOCKER_*',
  'BUILDX_*',
  'SOURCE_DATE_EPOCH',
  '*_PROXY',
  '*_proxy',
  'SSH_AUTH_SOCK',
  'NODE_EXTRA_CA_CERTS',
];

/** What tells branch, commit and pull request, by a file that the service's users have at the root. */
const SERVICES: Readonly<Record<string, readonly string[]>> = {
  '.github': ['GITHUB_*', 'ACTIONS_*'],
  '.gitlab-ci.yml': ['GITLAB_CI', 'CI_*'],
  '.circleci': ['CIRCLECI', 'CIRCLE_*'],
  '.buildkite': ['BUILDKITE', 'BUILDKITE_*'],
  '.drone.yml': ['DRONE', 'DRONE_*'],
  '.semaphore': ['SEMAPHORE', 'SEMAPHORE_*'],
  '.travis.yml': ['TRAVIS', 'TRAVIS_*'],
  'azure-pipelines.yml': ['TF_BUILD', 'BUILD_*', 'SYSTEM_*'],
  'bitbucket-pipelines.yml': ['BITBUCKET_*'],
  Jenkinsfile: ['JENKINS_*', 'BUILD_*', 'BRANCH_NAME', 'CHANGE_*', 'GIT_*'],
};
const MOST_USED = ['.github', '.gitlab-ci.yml'];

/** What credential helpers of a cloud's registry read. */
const CLOUDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\.amazonaws\.com/, ['AWS_*']],
  [/\bgcr\.io|\.pkg\.dev/, ['GOOGLE_*', 'CLOUDSDK_*']],
  [/\.azurecr\.io/, ['AZURE_*']],
];

/**
 * What a task may see in Turborepo's strict mode, which hides all other variables.
 * @param names in the workspace's root folder
 */
export function passedThrough(names: readonly string[], registry: string | undefined): string[] {
  const known = Object.keys(SERVICES).filter((name) => names.includes(name));
  const services = (known.length === 0 ? MOST_USED : known).flatMap((name) => SERVICES[name] ?? []);
  const clouds = CLOUDS.flatMap(([host, variables]) => (host.test(registry ?? '') ? variables : []));
  return [...new Set([...ALWAYS, ...services, ...clouds])];
}
