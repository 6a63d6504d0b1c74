import type { Scope, Variable } from './scope';

/** Proxies reach every RUN without an ARG. */
const PROXIES = new Set(
  ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [
    name,
    name.toLowerCase(),
  ]),
);
/** These steer BuildKit itself. */
const BUILDKIT = /^(BUILDKIT_[A-Z0-9_]+|SOURCE_DATE_EPOCH)$/;

/** true for a build arg that no ARG has to declare: passing it is never a mistake. */
export function isPredefinedArg(name: string): boolean {
  return isProxyArg(name) || BUILDKIT.test(name);
}

export function isProxyArg(name: string): boolean {
  return PROXIES.has(name);
}

const PLATFORM_ARGS = [
  ...['TARGETPLATFORM', 'TARGETOS', 'TARGETARCH', 'TARGETVARIANT', 'TARGETOSVERSION'],
  ...['BUILDPLATFORM', 'BUILDOS', 'BUILDARCH', 'BUILDVARIANT', 'BUILDOSVERSION', 'TARGETSTAGE'],
];

/**
 * The args that BuildKit sets itself, before the first FROM. What the target platform is made of is known where
 * exactly one platform is asked for; the builder's own platform is never known here.
 */
export function setPlatformArgs(
  globals: Scope,
  platforms: readonly string[],
  buildArgs: Readonly<Record<string, string>>,
): void {
  const known = platforms.length === 1 ? targetArgs(platforms[0]!) : {};
  const why = platforms.length > 1 ? 'it differs by platform' : 'it depends on the machine that builds';
  for (const name of PLATFORM_ARGS) {
    const given = Object.hasOwn(buildArgs, name) ? buildArgs[name] : undefined;
    const value = given ?? known[name];
    const variable: Variable =
      value === undefined ? { state: 'unknown', reason: `${name}: ${why}` } : { state: 'set', value };
    globals.set(name, variable, given !== undefined);
  }
}

function targetArgs(platform: string): Record<string, string> {
  const [os, arch, variant = ''] = platform.toLowerCase().split('/');
  if (!os || !arch) return {};
  const normal = arch === 'aarch64' ? 'arm64' : arch === 'x86_64' ? 'amd64' : arch;
  // containerd drops the variant that an architecture has anyway.
  const kept =
    normal === 'arm64' && variant === 'v8' ? '' : normal === 'arm' && variant === '' ? 'v7' : variant;
  const normalized = [os, normal, ...(kept === '' ? [] : [kept])].join('/');
  return { TARGETPLATFORM: normalized, TARGETOS: os, TARGETARCH: normal, TARGETVARIANT: kept };
}
