/** How a pipeline gets a login for a registry; without a stored password where the service and the registry can. */
export type RegistryKind = 'ghcr' | 'gitlab' | 'ecr' | 'gar' | 'acr' | 'other';

const HOSTS: readonly (readonly [RegExp, RegistryKind])[] = [
  [/^ghcr\.io$/, 'ghcr'],
  [/^registry\.gitlab\./, 'gitlab'],
  [/\.dkr\.ecr\.[\w-]+\.amazonaws\.com(\.cn)?$/, 'ecr'],
  [/(^|\.)gcr\.io$|-docker\.pkg\.dev$/, 'gar'],
  [/\.azurecr\.io$/, 'acr'],
];

export function hostOf(registry: string): string {
  return registry.replace(/^https?:\/\//, '').split('/')[0]!;
}

export function kindOf(registry: string): RegistryKind {
  return HOSTS.find(([host]) => host.test(hostOf(registry)))?.[1] ?? 'other';
}

/** Region in the name of one of AWS's registries. */
export function awsRegion(registry: string): string {
  return /\.dkr\.ecr\.([\w-]+)\.amazonaws/.exec(registry)?.[1] ?? 'us-east-1';
}
