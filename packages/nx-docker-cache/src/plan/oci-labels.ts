/** What a project's manifest says of it, as far as an image shows it. */
export interface ProjectManifest {
  readonly description?: string | undefined;
  readonly version?: string | undefined;
  readonly license?: string | undefined;
  readonly homepage?: string | undefined;
  /** `npm` takes an address, `owner/name` of GitHub, or an object. */
  readonly repository?: string | undefined;
  /** `Name <mail> (site)` */
  readonly author?: string | undefined;
}

/** Labels whose value changes with commits or releases: only where they are asked for. */
export type VolatileLabel = 'version' | 'revision';

const PREFIX = 'org.opencontainers.image.';

/**
 * The labels of the OCI image specification (annotations.md) that a manifest knows, as templates. Without the volatile
 * ones the same inputs have the same labels, and so the same digest.
 * @param manifests the project's own first; what it does not say, the next one does
 */
export function ociLabels(
  title: string,
  manifests: readonly ProjectManifest[],
  volatile: readonly VolatileLabel[],
): Record<string, string> {
  const first = (name: keyof ProjectManifest): string | undefined =>
    manifests.map((manifest) => manifest[name]).find((value) => value !== undefined && value !== '');
  const [own] = manifests;
  const known = {
    title,
    // What the workspace is about is not what the project is about.
    description: own?.description,
    url: own?.homepage,
    source: sourceOf(first('repository')),
    licenses: licenceOf(first('license')),
    authors: first('author'),
    version: volatile.includes('version') ? own?.version : undefined,
  };
  const literal = Object.entries(known).flatMap(([name, value]) =>
    value === undefined || value.trim() === ''
      ? []
      : [[`${PREFIX}${name}`, literally(value.trim())] as const],
  );
  const revision = volatile.includes('revision') ? [[`${PREFIX}revision`, '{sha}'] as const] : [];
  return Object.fromEntries([...literal, ...revision]);
}

/** An address that a browser opens; a login in it stays out of the image. */
function sourceOf(repository: string | undefined): string | undefined {
  if (repository === undefined) return undefined;
  const short = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(repository)?.[1];
  if (short !== undefined) return `https://github.com/${short}`;
  const address = repository.replace(/^git\+/, '').replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, 'https://$1/');
  if (!URL.canParse(address)) return undefined;
  const { protocol, host, pathname } = new URL(address);
  return /^(https?|git|ssh):$/.test(protocol) && host !== ''
    ? `${protocol === 'http:' ? 'http' : 'https'}://${host}${pathname.replace(/\.git$/, '')}`
    : undefined;
}

/** npm's word for "none" is no SPDX expression. */
function licenceOf(license: string | undefined): string | undefined {
  return license === undefined || /^(UNLICENSED|SEE LICENSE IN .*)$/.test(license) ? undefined : license;
}

/** A text that is no template, whatever braces it has. */
function literally(text: string): string {
  return text.replace(/\{([A-Za-z][\w.]*)\}/g, '{{$1}}');
}
