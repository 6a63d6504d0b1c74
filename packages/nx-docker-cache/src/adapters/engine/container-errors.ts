import { DockerCacheError } from '../../errors';

/** @param reason what the engine says */
export function notMade(reason: string): DockerCacheError {
  return failed('the container of the task could not be made', reason);
}

/** @param reason what the engine says */
export function gone(reason: string): DockerCacheError {
  return failed('the container of the task is gone', reason);
}

export function notStarted(reason: string): DockerCacheError {
  return failed('the container of the task could not be started', reason);
}

/** @param path in the container */
export function notCopied(path: string, reason: string): DockerCacheError {
  return failed(`the result ${path} could not be copied out of the container`, reason);
}

function failed(message: string, found: string): DockerCacheError {
  return new DockerCacheError({
    code: 'CONTAINER_FAILED',
    message,
    expected: 'an engine that runs containers from this image',
    found,
    hint: 'Correct the option that is named, or try the same with `docker create`.',
  });
}
