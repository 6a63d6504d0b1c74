import { DockerCacheError } from '../errors';
import type { SecretOption } from '../model/options';
import type { EnvironmentPort } from '../ports/logger';
import type { FilesPort } from '../ports/files';

/**
 * Every secret must exist before the build starts. Names only: a value is never read here.
 * @throws DockerCacheError MISSING_SECRET
 */
export function checkSecrets(secrets: readonly SecretOption[], env: EnvironmentPort, files: FilesPort): void {
  const missing = secrets.filter((secret) => !exists(secret, env, files));
  if (missing.length === 0) return;
  throw new DockerCacheError({
    code: 'MISSING_SECRET',
    message: missing.length === 1 ? 'a secret does not exist' : `${missing.length} secrets do not exist`,
    expected: missing.map((secret) => `${secret.id}: ${place(secret)}`).join('\n'),
    found: 'nothing there',
    hint: 'Set the variable or make the file, or take the secret out of the option `secrets`.',
  });
}

function exists({ id, env: variable, src }: SecretOption, env: EnvironmentPort, files: FilesPort): boolean {
  if (variable !== undefined) return env.get(variable) !== undefined;
  if (src !== undefined) return files.kind(src) === 'file';
  return env.get(id) !== undefined || files.kind(id) === 'file';
}

function place({ id, env, src }: SecretOption): string {
  if (env !== undefined) return `environment variable ${env}`;
  return src !== undefined ? `file ${src}` : `environment variable or file ${id}`;
}
