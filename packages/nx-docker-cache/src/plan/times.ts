import { slug } from './slug';

/** Longest part of the tag that names the target; a tag holds 128 characters. */
const MAX_TARGET = 100;

/**
 * Where the time of a build's last run is left: one tag beside its image, which the next run moves. No other tag of ours
 * begins so, and what somebody calls a branch cannot.
 */
export function timesRef(image: string, target: string): string {
  return `${image}:times--${slug(target, MAX_TARGET)}`;
}
