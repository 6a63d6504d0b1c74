import { readFileSync } from 'node:fs';

/** The JSON of a small file; undefined where there is none or it cannot be read. The caller checks its shape. */
export function readJsonFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}
