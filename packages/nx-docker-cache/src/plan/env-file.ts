import { DockerCacheError } from '../errors';

/**
 * `NAME=value` lines as `docker run --env-file` reads them: no quotes, no variables; what follows the first `=` is the
 * value to its last blank. A name alone, here with undefined, takes the value that the machine has.
 * @throws DockerCacheError INVALID_OPTIONS for a line that is none; the line itself is not repeated
 */
export function parseEnvFile({
  path,
  text,
}: {
  readonly path: string;
  readonly text: string;
}): [string, string | undefined][] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((written, index): [string, string | undefined][] => {
      const line = written.trimStart();
      if (line === '' || line.startsWith('#')) return [];
      const equals = line.indexOf('=');
      const name = equals < 0 ? line : line.slice(0, equals);
      if (name === '' || /\s/.test(name)) throw wrongLine(path, index + 1);
      return [[name, equals < 0 ? undefined : line.slice(equals + 1)]];
    });
}

function wrongLine(path: string, line: number): DockerCacheError {
  return new DockerCacheError({
    code: 'INVALID_OPTIONS',
    message: `line ${line} of the env file ${path} names no variable`,
    expected: 'NAME=value, NAME alone, or # and a comment',
    found: 'an empty name, or one with a blank in it',
    hint: 'Correct the line; blanks before and after the `=` belong to the name and the value.',
  });
}
