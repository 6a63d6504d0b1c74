import { DockerCacheError } from '../errors';
import { dockerfileRoom } from './lazy';

/** One rule of an ignore file, as plain data. */
export interface IgnoreLine {
  /** Cleaned, relative to the context, without the `!`. */
  readonly pattern: string;
  /** `!`: what matches is sent after all. */
  readonly exception: boolean;
}

/** The rules of an ignore file, in order; none where BuildKit refuses it: the build says so. */
export function readIgnore(text: string): readonly IgnoreLine[] {
  try {
    return dockerfileRoom()
      .parseIgnore(text)
      .patterns.map(({ pattern, exception }) => ({ pattern, exception }));
  } catch (error) {
    if (error instanceof DockerCacheError) return [];
    throw error;
  }
}
