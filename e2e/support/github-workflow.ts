/**
 * Runs a workflow of GitHub Actions as far as a machine without GitHub can: jobs in order, their matrix and conditions,
 * and every shell step. Of actions (`uses`) only docker/login-action is followed; a checkout is a clone. As on GitHub an
 * output that holds a secret's text is kept back, and a job does not run after one that failed or was left out.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { onCleanup } from './cleanup';
import { evaluate, evaluateText, type Contexts } from '../../packages/nx-docker-cache/test/ci/expressions';
import { run } from './process';

type Env = Readonly<Record<string, string | undefined>>;

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}
interface Job {
  readonly name?: string;
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: string };
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly jobs: Readonly<Record<string, Job>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface WorkflowInput {
  readonly text: string;
  readonly contexts: Contexts;
  /** A machine of its own for each job: its checkout and its variables. */
  readonly machine: (job: string) => Promise<{ readonly cwd: string; readonly env: Env }>;
  /** A failed job is an answer, and no error. */
  readonly mayFail?: boolean;
}

type Result = 'success' | 'failure' | 'skipped';

export interface JobRun {
  readonly job: string;
  /** What its check is called. */
  readonly name: string;
  readonly matrix: unknown;
  readonly result: Result;
  /** All that its steps printed. */
  readonly output: string;
}

/** What the action does with its inputs, which are variables here. It fails where they are empty. */
const LOGIN: Readonly<Record<string, string>> = {
  'docker/login-action':
    'echo "${password:?no password}" | docker login --password-stdin --username "${username:?no username}" "$registry"',
};

/** Jobs that ran. @throws Error where a step fails and may not, with all that it printed */
export async function runWorkflow({ text, contexts, machine, mayFail }: WorkflowInput): Promise<JobRun[]> {
  const { jobs, env } = parse(text) as Workflow;
  const needs: Record<string, { result: Result; outputs: Record<string, unknown> }> = {};
  const runs: JobRun[] = [];
  // Jobs stand in the order of their needs.
  for (const [job, found] of Object.entries(jobs)) {
    const all = { ...contexts, needs };
    const ready = [found.needs ?? []].flat().every((needed) => needs[needed]?.result === 'success');
    if (found.if !== ALWAYS && !(ready && isTrue(found.if, all))) {
      needs[job] = { result: 'skipped', outputs: {} };
      continue;
    }
    const outputs: Record<string, unknown> = {};
    const results: Result[] = [];
    for (const matrix of matrixOf(found, all)) {
      const own = { ...all, matrix };
      const done = await runJob({ ...found, env: { ...env, ...found.env } }, own, await machine(job));
      if (done.result === 'failure' && mayFail !== true) throw new Error(`${job} failed\n${done.output}`);
      runs.push({ job, name: evaluateText(found.name ?? job, own), matrix, ...done });
      results.push(done.result);
      Object.assign(outputs, done.outputs);
    }
    needs[job] = { result: results.includes('failure') ? 'failure' : 'success', outputs };
  }
  return runs;
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#always */
const ALWAYS = '${{ always() }}';

async function runJob(
  job: Job,
  contexts: Contexts,
  { cwd, env }: { readonly cwd: string; readonly env: Env },
): Promise<{ result: Result; output: string; outputs: Record<string, unknown> }> {
  const steps: Record<string, { outputs: Record<string, string> }> = {};
  const written = join(temporary(), 'output');
  let output = '';
  for (const step of job.steps) {
    const all = { ...contexts, steps, env: textsOf(job.env, contexts) };
    const command = step.run ?? LOGIN[/^[^@]+/.exec(step.uses ?? '')?.[0] ?? ''];
    if (command === undefined || !isTrue(step.if, all)) continue;
    writeFileSync(written, '');
    const own = { ...all.env, ...textsOf(step.env, all), GITHUB_OUTPUT: written };
    if (step.run === undefined) Object.assign(own, textsOf(step.with, all));
    const script = evaluateText(command, all);
    // As GitHub runs it where no shell is named.
    const result = await run('bash', ['-e', '-c', script], {
      cwd,
      env: { ...env, ...own },
      timeoutMs: 240_000,
    });
    output += result.stdout + result.stderr;
    if (result.exitCode !== 0) {
      return { result: 'failure', output: `${output}${script} ended with ${result.exitCode}\n`, outputs: {} };
    }
    const lines = readFileSync(written, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const pairs = lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
    if (step.id !== undefined)
      steps[step.id] = { outputs: Object.fromEntries(pairs) as Record<string, string> };
  }
  const outputs = withoutSecrets(textsOf(job.outputs, { ...contexts, steps }), contexts);
  return { result: 'success', output, outputs };
}

/** "Skip output … since it may contain secret." */
function withoutSecrets(outputs: Record<string, string>, { secrets }: Contexts): Record<string, string> {
  const texts = Object.values(secrets as Readonly<Record<string, string>>).filter((text) => text !== '');
  return Object.fromEntries(
    Object.entries(outputs).filter(([, value]) => !texts.some((text) => value.includes(text))),
  );
}

function matrixOf({ strategy }: Job, contexts: Contexts): unknown[] {
  if (strategy === undefined) return [{}];
  return (evaluate(strategy.matrix, contexts) as { include: unknown[] }).include;
}

function textsOf(record: Readonly<Record<string, string>> = {}, contexts: Contexts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, evaluateText(value, contexts)]),
  );
}

function isTrue(condition: string | undefined, contexts: Contexts): boolean {
  return condition === undefined || Boolean(evaluate(condition, contexts));
}

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-workflow-'));
  onCleanup(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
