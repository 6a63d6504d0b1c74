/** Logins from docker's own configuration (docs.docker.com, `docker login`, "Credential stores"). */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { DockerCacheError } from '../errors';
import type { Credential, CredentialSource } from '../registry';
import { exec } from './exec';

export interface DockerCredentialsOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Absolute path that `.docker` is in. */
  readonly home?: string;
  readonly run?: typeof exec;
}

const HUB_KEY = 'https://index.docker.io/v1/';
const HUB_KEYS = [HUB_KEY, 'index.docker.io', 'docker.io'];
const HELPER_TIMEOUT_MS = 30_000;
/** What a helper prints, and exits with 1, where it holds nothing (docker-credential-helpers, errors.go). */
const NOT_FOUND = 'credentials not found in native keychain';

const entrySchema = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
});
const configSchema = z.object({
  auths: z.record(z.string(), entrySchema).nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: z.string().optional(),
});
const helperSchema = z.object({ Username: z.string(), Secret: z.string() });

type Entry = z.infer<typeof entrySchema>;
type Config = z.infer<typeof configSchema>;

/**
 * Answers for a host as `docker` would: its own helper, the common store, or what the file holds. The file is read
 * with the first question and kept; helpers are started when a host is asked for.
 * The source throws DockerCacheError INVALID_CONFIG.
 */
export function createDockerCredentials(options: DockerCredentialsOptions = {}): CredentialSource {
  const { env = process.env, home = homedir(), run = exec } = options;
  const path = join(env.DOCKER_CONFIG || join(home, '.docker'), 'config.json');
  let config: Promise<Config> | undefined;
  return async (host) => {
    config ??= readConfig(path);
    return lookUp(await config, host, path, run);
  };
}

async function lookUp(
  config: Config,
  host: string,
  path: string,
  run: typeof exec,
): Promise<Credential | undefined> {
  const keys = host === 'docker.io' ? HUB_KEYS : [host];
  const own = keys.map((key) => config.credHelpers?.[key]).find((name) => name !== undefined);
  const helper = own ?? config.credsStore;
  if (helper !== undefined && helper !== '') return askHelper(helper, keys[0]!, run);
  const entries = Object.entries(config.auths ?? {});
  // An exact key wins over one that was written as a URL.
  const entry =
    entries.find(([key]) => keys.includes(key)) ?? entries.find(([key]) => keys.includes(hostOf(key)));
  return entry === undefined ? undefined : fromEntry(entry[1], entry[0], path);
}

/** Older logins are stored under URLs: `https://ghcr.io/v2/` is `ghcr.io`. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function fromEntry(entry: Entry, key: string, path: string): Credential | undefined {
  const decoded = entry.auth ? decodeAuth(entry.auth, key, path) : undefined;
  for (const field of ['username', 'password'] as const) {
    const [plain, packed] = [entry[field], decoded?.[field]];
    if (plain && packed && plain !== packed) {
      throw invalid(
        path,
        `auths["${key}"] holds two different values of ${field}`,
        'auth, or username and password',
      );
    }
  }
  const credential: Credential = {
    username: decoded?.username || entry.username || undefined,
    password: decoded?.password || entry.password || undefined,
    identityToken: entry.identitytoken || undefined,
    registryToken: entry.registrytoken || undefined,
  };
  return Object.values(credential).some((value) => value !== undefined) ? credential : undefined;
}

function decodeAuth(auth: string, key: string, path: string): { username: string; password: string } {
  const text = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = text.indexOf(':');
  if (colon < 1) throw invalid(path, `auths["${key}"].auth holds no user`, 'base64 of user:password');
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

async function askHelper(helper: string, key: string, run: typeof exec): Promise<Credential | undefined> {
  const program = `docker-credential-${helper}`;
  // It becomes the name of a program: nothing in it may lead to another folder.
  if (!/^[\w.-]+$/.test(helper)) throw failed(program, 'its name has characters that no helper has');
  const result = await run(program, ['get'], { input: key, timeout: HELPER_TIMEOUT_MS });
  if (result.notFound) throw failed(program, 'there is no such program on the PATH');
  if (result.timedOut) throw failed(program, `it did not answer within ${HELPER_TIMEOUT_MS / 1000} s`);
  if (result.exitCode !== 0) {
    if (`${result.stdout}${result.stderr}`.includes(NOT_FOUND)) return undefined;
    // Its output is left out: it may hold what it should have given.
    throw failed(program, `it exited with ${result.exitCode} for ${key}`);
  }
  const answer = helperSchema.safeParse(parse(result.stdout));
  if (!answer.success) throw failed(program, 'it answered without Username and Secret');
  const { Username: username, Secret: secret } = answer.data;
  if (secret === '') return undefined;
  return username === '<token>' ? { identityToken: secret } : { username, password: secret };
}

async function readConfig(path: string): Promise<Config> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return {};
    throw invalid(path, 'it cannot be read', 'a readable file', cause);
  }
  const config = configSchema.safeParse(parse(text));
  if (config.success) return config.data;
  // The issue names a field; values stay out of messages, and so does JSON.parse's excerpt.
  const field = config.error.issues[0]?.path.join('.');
  throw invalid(
    path,
    field ? `its field ${field} has the wrong type` : 'it is no JSON object',
    "docker's config.json",
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(path: string, problem: string, expected: string, cause?: unknown): DockerCacheError {
  return new DockerCacheError({
    code: 'INVALID_CONFIG',
    message: `Docker's configuration ${path} cannot be used: ${problem}.`,
    expected,
    hint: 'Mend the file, or log in again with `docker login`.',
    cause,
  });
}

function failed(program: string, problem: string): DockerCacheError {
  return new DockerCacheError({
    code: 'INVALID_CONFIG',
    message: `The credential helper ${program} gave no login: ${problem}.`,
    hint: 'Install it or log in with it, or take it out of credHelpers and credsStore in docker’s config.json.',
  });
}
