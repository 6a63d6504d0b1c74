import { KEPT } from '../kept-tags';
import { shortHash, slug } from '../slug';

/** Longest tag that is made of a name; flavours add to it. */
const MAX = 100;
const VALID = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
/** `1`, `1.2`, `v1.2.3-rc.1`: what a reader takes for a version. */
const VERSION_LIKE = /^v?\d+(\.\d+)*([-+._].*)?$/i;
/** Tags that mean something else than a branch: `latest`, a pull request, a commit, a stage's commit. */
const TAKEN = [
  /^(latest|edge|nightly|stable|detached)$/,
  /^(pr|tag|branch)-/,
  /^[0-9a-f]{7,40}$/,
  VERSION_LIKE,
  // A stage's or a prefix's: `builder-latest`, `release-1.2.3`.
  /[-._]latest$/,
  /(^|[^0-9a-z])v?\d+\.\d+\.\d+/i,
  KEPT,
];
/** The form of a branch's tag whose name could be read as another tag; no rule may make such a tag of anything else. */
export const ESCAPED = /branch-[a-z0-9._-]*-[0-9a-f]{8}/;
/** What a hash or a commit at the end looks like. */
const HASHED = /-[0-9a-f]{7,8}$/;

/** One commit in thirty has a short name of digits only, which is no version. */
export function isVersionLike(tag: string): boolean {
  return VERSION_LIKE.test(tag) && !/^\d{7,}$/.test(tag);
}

/**
 * The tag of a branch. A branch that is called as some other tag would be gets `branch-` and a hash: whoever may push
 * a branch must not move `latest` by its name.
 */
export function branchTag(branch: string): string {
  const tag = slug(branch, MAX);
  const taken = HASHED.test(branch) || TAKEN.some((pattern) => pattern.test(branch) || pattern.test(tag));
  return taken ? escapedTag(branch) : tag;
}

/** The tag of a branch where its name might be another tag's. */
export function escapedTag(branch: string): string {
  return `branch-${slug(branch, MAX - 20).replace(/-[0-9a-f]{8}$/, '')}-${shortHash(branch)}`;
}

/** The name of a branch in a template: as `tagText`, and a name that looks as if it had been changed is. */
export function branchText(branch: string): string {
  return /-[0-9a-f]{8}$/.test(branch) ? slug(branch, MAX) : tagText(branch);
}

/** A text of git as a tag: as it is where it is valid, else made so, with a hash of the original. */
export function tagText(text: string): string {
  return VALID.test(text) ? text : slug(text, MAX);
}
