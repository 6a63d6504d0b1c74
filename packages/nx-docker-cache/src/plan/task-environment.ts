import { parseEnvFile } from './env-file';

export interface Environment {
  readonly env: ReadonlyMap<string, string>;
  /** Those of its values that come from this machine. */
  readonly secrets: readonly string[];
}

type Written = Iterable<readonly [string, string | undefined]>;

/**
 * What a container's variables are; of one name the last one counts.
 * @param host value of this machine's variable. As docker does: a name that it does not have is not set.
 */
export function settle(written: Written, host: (name: string) => string | undefined): Environment {
  const values = new Map<string, string>();
  const fromHost = new Set<string>();
  for (const [name, own] of written) {
    const value = own ?? host(name);
    if (own !== undefined) fromHost.delete(name);
    else if (value !== undefined) fromHost.add(name);
    if (value !== undefined) values.set(name, value);
  }
  return { env: values, secrets: [...fromHost].map((name) => values.get(name)!) };
}

/** Those of files first: what the options say wins. */
export function withFiles(
  files: readonly { readonly path: string; readonly text: string }[],
  options: Written,
): Written {
  return [...files.flatMap(parseEnvFile), ...options];
}
