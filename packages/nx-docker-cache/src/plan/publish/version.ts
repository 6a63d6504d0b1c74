import { parse } from 'semver';
import { expandExpressions } from './expression';
import { parsePep440 } from './pep440';

/** A version as a rule's pattern shows it. */
export interface VersionTag {
  readonly text: string;
  /** true where `latest` may follow: no pre-release. */
  readonly latest: boolean;
  /** true where it names one version and no other. */
  readonly full: boolean;
}

export type Scheme = 'semver' | 'pep440';

/** The parts that a pattern can name. */
export const VERSION_PARTS = ['raw', 'version', 'major', 'minor', 'patch'] as const;

type Parts = Readonly<Record<(typeof VERSION_PARTS)[number], string>> & { readonly pre: boolean };

/**
 * The version in a git tag of a monorepo: `v1.2.3`, or with the project's own name before it, as `nx release` does:
 * `api@1.2.3`, `api-v1.2.3`, `api/1.2.3`. Another project's tag has none for this one.
 */
export function versionIn(gitTag: string, project: string, scheme: Scheme): string | undefined {
  if (partsOf(gitTag, scheme) !== undefined) return gitTag;
  const rest = gitTag.startsWith(project)
    ? /^[@/_-](.+)$/.exec(gitTag.slice(project.length))?.[1]
    : undefined;
  return rest !== undefined && partsOf(rest, scheme) !== undefined ? rest : undefined;
}

/** undefined where the text is no version of the scheme. A pre-release is shown whole, whatever the pattern says. */
export function versionTag(
  text: string,
  pattern: string,
  scheme: Scheme,
  where: string,
): VersionTag | undefined {
  const parts = partsOf(text, scheme);
  if (parts === undefined) return undefined;
  const { pre, ...values } = parts;
  const raw = /^\{\{\s*raw\s*\}\}$/.test(pattern);
  const shown = pre && !raw ? '{{version}}' : pattern;
  const named = (name: string): boolean => new RegExp(`\\{\\{\\s*${name}\\s*\\}\\}`).test(shown);
  return {
    text: expandExpressions(shown, values, where),
    latest: !pre,
    full: named('version') || named('raw') || ['major', 'minor', 'patch'].every(named),
  };
}

function partsOf(text: string, scheme: Scheme): Parts | undefined {
  if (scheme === 'pep440') {
    const found = parsePep440(text);
    if (found === undefined) return undefined;
    const { version, major, minor, patch, special } = found;
    return { raw: text, version, major, minor, patch, pre: special };
  }
  const found = parse(text);
  if (found === null) return undefined;
  const { version, major, minor, patch, prerelease } = found;
  return {
    ...{ raw: text, version, pre: prerelease.length > 0 },
    ...{ major: String(major), minor: String(minor), patch: String(patch) },
  };
}
