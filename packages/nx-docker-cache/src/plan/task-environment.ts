import { parseEnvFile } from './env-file';
import { passwordsIn } from './secret-urls';
import { holdsSecretBy } from './secret-words';

export interface Environment {
  readonly env: ReadonlyMap<string, string>;
  /** Those of its values that are not everybody's to read. */
  readonly secrets: readonly string[];
}

/** Name, value, and whether the value is a secret whatever the name says. */
type Written = Iterable<readonly [string, string | undefined, boolean?]>;

export interface EnvFile {
  /** Relative to the workspace root. */
  readonly path: string;
  readonly text: string;
  /** false: git does not have it, so who reads the repository does not see it. */
  readonly tracked: boolean;
}

/**
 * What a container's variables are; of one name the last one counts. What is written out may be a secret all the same:
 * `--env NPM_TOKEN=$NPM_TOKEN` was the machine's until a shell put it there. Its name tells, or its form.
 * @param host value of this machine's variable. As docker does: a name that it does not have is not set.
 */
export function settle(written: Written, host: (name: string) => string | undefined): Environment {
  const values = new Map<string, string>();
  const secret = new Set<string>();
  for (const [name, own, isOnlyHere = own === undefined] of written) {
    const value = own ?? host(name);
    if (value === undefined) continue;
    values.set(name, value);
    if (isOnlyHere || holdsSecretBy(name, value)) secret.add(name);
    else secret.delete(name);
  }
  const secrets = [...secret].map((name) => values.get(name)!);
  return { env: values, secrets: [...secrets, ...secrets.flatMap(passwordsIn)] };
}

/** Those of files first: what the options say wins. */
export function withFiles(files: readonly EnvFile[], options: Written): Written {
  const ofFiles = files.flatMap((file) =>
    parseEnvFile(file).map(([name, value]) => [name, value, value === undefined || !file.tracked] as const),
  );
  return [...ofFiles, ...options];
}
