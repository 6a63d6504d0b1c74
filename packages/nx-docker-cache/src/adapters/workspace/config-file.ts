import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerCacheError } from '../../errors';
import { withoutBom } from '../../layout/json';
import { parseConfigFile, type ConfigFile } from '../../options';
import { CONFIG_FILE } from './root';

/** The workspace's own configuration, empty where there is none. @throws DockerCacheError INVALID_CONFIG, INVALID_OPTIONS */
export function readConfigFile(root: string): ConfigFile {
  const path = join(root, CONFIG_FILE);
  if (!existsSync(path)) return {};
  let json: unknown;
  try {
    json = JSON.parse(withoutBom(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new DockerCacheError({
      code: 'INVALID_CONFIG',
      message: `${CONFIG_FILE} is no JSON`,
      expected: 'a JSON object with `defaults` and `projects`',
      found: (cause as Error).message,
      hint: 'Correct the file.',
      cause,
    });
  }
  return parseConfigFile(json);
}
