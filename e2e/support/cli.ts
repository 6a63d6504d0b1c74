import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildOutcome } from '../../packages/nx-docker-cache/src/model/outcome';
import type { BuildPlan } from '../../packages/nx-docker-cache/src/model/plan';
import type { Receipt } from '../../packages/nx-docker-cache/src/model/receipt';
import { CLI } from './paths';
import { run, type ProcessOptions, type ProcessResult } from './process';

type Env = Readonly<Record<string, string | undefined>>;

export interface CliOptions {
  readonly cwd: string;
  /** Beside PATH, HOME and TMPDIR nothing else is set: no variable of the CI that runs the tests gets through. */
  readonly env: Env;
  readonly timeoutMs?: number;
  readonly onStderr?: ProcessOptions['onStderr'];
}

export interface CliResult extends ProcessResult {
  /** Names that were left in the run's own temporary folder. */
  readonly leftovers: readonly string[];
}

/** Runs the built command line with an environment of its own and a temporary folder of its own. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  if (!existsSync(CLI)) throw new Error('dist is missing: run `node tools/build.mjs` first');
  const temporary = mkdtempSync(join(tmpdir(), 'e2e-tmp-'));
  try {
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      GIT_CONFIG_GLOBAL: '/dev/null',
      TMPDIR: temporary,
      ...options.env,
    };
    const result = await run(process.execPath, [CLI, ...args], { ...options, env });
    return { ...result, leftovers: readdirSync(temporary) };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

export interface CliError {
  readonly code: string;
  readonly message: string;
  readonly expected?: string;
  readonly found?: string;
  readonly hint?: string;
}

/** One project's part of `build --json`. */
export interface BuildJson {
  readonly project: string;
  readonly ok: boolean;
  readonly receipt?: Receipt;
  readonly outcome?: BuildOutcome;
  readonly error?: CliError;
}

export interface Built extends CliResult {
  readonly json: readonly BuildJson[];
}

/** `build --json`, whatever its end. */
export async function build(args: readonly string[], options: CliOptions): Promise<Built> {
  const result = await runCli(['build', ...args, '--json'], options);
  return { ...result, json: parse<BuildJson[]>(result) };
}

/** The outcome of one project's build that has to succeed. */
export async function mustBuild(
  project: string,
  args: readonly string[],
  options: CliOptions,
): Promise<Required<Pick<BuildJson, 'receipt' | 'outcome'>> & CliResult> {
  const result = await build([project, ...args], options);
  const [first] = result.json;
  if (result.exitCode !== 0 || first?.receipt === undefined || first.outcome === undefined) {
    throw new Error(`build ${project} ended with ${result.exitCode}\n${result.stdout}\n${result.stderr}`);
  }
  return { ...result, receipt: first.receipt, outcome: first.outcome };
}

/** `plan --json` that has to succeed. */
export async function plan(
  project: string,
  args: readonly string[],
  options: CliOptions,
): Promise<BuildPlan> {
  const result = await runCli(['plan', project, ...args, '--json'], options);
  if (result.exitCode !== 0) throw new Error(`plan ${project}: ${result.exitCode}\n${result.stderr}`);
  return parse<BuildPlan>(result);
}

function parse<T>({ stdout, stderr, exitCode }: ProcessResult): T {
  try {
    return JSON.parse(stdout) as T;
  } catch {
    throw new Error(`no JSON on stdout (exit code ${exitCode})\n${stdout}\n${stderr}`);
  }
}

/** Statuses by step, the step's stage and instruction without their numbers. */
export function statuses(outcome: BuildOutcome): Record<string, string> {
  return Object.fromEntries(
    outcome.steps.map(({ name, status }) => [
      name.replace(/^\[(.*?) ?\d+\/\d+\] /, '$1: ').replace(/@sha256:\w+/, ''),
      status,
    ]),
  );
}
