import { DockerCacheError, formatError } from '../../errors';

/** Nx prints the message of an error and nothing else of it: expected, found and hint go in there. */
export async function readable<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof DockerCacheError) throw new Error(formatError(error), { cause: error });
    throw error;
  }
}
