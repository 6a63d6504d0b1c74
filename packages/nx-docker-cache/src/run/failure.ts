import { DockerCacheError } from '../errors';
import type { BuildPlan } from '../model/plan';
import type { ChosenCaches, SuspectCaches } from './caches';
import { placeOf } from './cache-outcomes';
import { tellingLines } from './log-lines';
import type { Stall } from './stall';
import type { VertexView } from './steps';

export interface FailedRun {
  readonly failed: readonly VertexView[];
  /** Exports of caches that failed. Most are advisory; a raw entry without `ignore-error` is not. */
  readonly exports: readonly VertexView[];
  /** Lines of stderr that were no events; the last ones hold buildx's own error. */
  readonly text: readonly string[];
  readonly exitCode: number;
  /** false where the builder has told of no step at all. */
  readonly reached: boolean;
  /** Set where the run was ended since a cache stood still. */
  readonly stall: Stall | undefined;
}

/** Errors that the Dockerfile or the context cause; a run without caches would end the same way. */
const USER_ERRORS = [
  /did not complete successfully: exit code/,
  /failed to calculate checksum of ref .*: not found/,
  /failed to resolve source metadata for/,
  /dockerfile parse error|unknown instruction|failed to parse/i,
  /target stage .* could not be found/,
];
/** Errors of storage and transfer, which a cache that is incomplete or garbage shows itself by. */
const TRANSFER_ERRORS =
  /blob|manifest|content|layer|cache|unexpected EOF|digest|failed to (?:pull|fetch|copy|extract|unpack)|unexpected status|connection (?:reset|refused)|i\/o timeout|TLS handshake/i;

/** Errors of reading a layer, which a push or a load dies of as well, where it has to copy one that is gone. */
const READ_ERRORS =
  /httpReadSeeker|could not fetch content descriptor|failed to extract layer|unexpected commit (?:digest|size)|blob .*not found/i;

/** Engines lose these races between builds that run at the same time (seen: docker 28.5, containerd 2.1). */
const ENGINE_RACES: readonly (readonly [RegExp, string])[] = [
  [/image ".*": already exists/, 'another build gave the image its name at the same moment'],
  [/parent snapshot \S+ does not exist/, 'the engine lost a layer that another build was unpacking'],
  [/no such job/, 'the engine lost what another build had ended'],
];

/** What another build in the same engine did to this one, for people; undefined where that is not it. */
export function engineRace(run: FailedRun): string | undefined {
  const error = errorText(run);
  return ENGINE_RACES.find(([pattern]) => pattern.test(error))?.[1];
}

/**
 * The caches that a failed run may have died of: those that its error names, else all of them. Empty where
 * the failure is the build's own, so that it is not run twice.
 */
export function suspectCaches(run: FailedRun, chosen: ChosenCaches): SuspectCaches {
  const error = errorText(run);
  if (run.stall !== undefined) {
    const all = chosen[run.stall].map(({ ref }) => ref);
    return run.stall === 'from' ? { from: all, to: [] } : { from: [], to: all };
  }
  if (USER_ERRORS.some((pattern) => pattern.test(error))) return { from: [], to: [] };
  if (run.failed.length === 0 && run.exports.length > 0) {
    // One export that fails cancels the others, whose errors then name its reference too; buildx's last word is the cause.
    return { from: [], to: named(chosen.to, run.text.join('\n')) };
  }
  const pattern = run.failed.some(isExport) ? READ_ERRORS : TRANSFER_ERRORS;
  return { from: pattern.test(error) ? named(chosen.from, error) : [], to: [] };
}

function named(caches: ChosenCaches['from'], error: string): string[] {
  const found = caches.filter((cache) => error.includes(cache.ref) || error.includes(placeOf(cache)));
  return [...new Set((found.length > 0 ? found : caches).map(({ ref }) => ref))];
}

/** true where the client of the builder was ended by a signal that is not ours: -1 by itself, else as a shell counts. */
export function wasKilled(exitCode: number): boolean {
  return exitCode < 0 || exitCode > 128;
}

const KILLED_STEP = /did not complete successfully: exit code: 137\b/;

/** true where a step's program was killed, most likely since memory was short. */
export function stepKilled({ failed }: Pick<FailedRun, 'failed'>): boolean {
  return failed.some(({ error }) => KILLED_STEP.test(error ?? ''));
}

/** A failed run → the error that the task shows. */
export function failureOf(run: FailedRun, plan: BuildPlan): DockerCacheError {
  const error = errorText(run);
  if (plan.output.push && isPush(run)) {
    return new DockerCacheError({
      code: 'PUSH_FAILED',
      message: `the image was built, and the registry did not take it: ${plan.tags.join(', ')}`,
      expected: 'a registry that accepts the push',
      found: lastLine(error),
      hint: pushHint(error),
    });
  }
  const step = run.failed[0];
  return new DockerCacheError({
    code: 'BUILD_FAILED',
    message: step === undefined ? endOf(run.exitCode) : `step failed: ${step.name}`,
    found: [...tellingLines(step?.log ?? []), lastLine(step?.error ?? error)].join('\n'),
    hint:
      step === undefined && wasKilled(run.exitCode)
        ? 'Something ended it from outside, mostly for its memory: give the agent more, or build less at a time.'
        : hintOf(error, step?.log ?? []),
  });
}

function endOf(exitCode: number): string {
  return wasKilled(exitCode) ? 'docker buildx was killed' : `docker buildx ended with exit code ${exitCode}`;
}

function isPush({ failed, text }: FailedRun): boolean {
  return failed.some(isExport) || (failed.length === 0 && text.some((line) => /failed to push/.test(line)));
}

function isExport({ name }: VertexView): boolean {
  return name.startsWith('exporting to ');
}

function pushHint(error: string): string {
  if (/401|403|denied|unauthorized|forbidden|authorization failed|no basic auth/i.test(error)) {
    return 'Log in with an account that may push (docker login <registry>), or set push: false.';
  }
  return 'Check that the registry runs and is reachable from the builder, or set push: false.';
}

function hintOf(error: string, log: readonly string[]): string {
  if (/could not be found|not found/.test(error) && /checksum/.test(error)) {
    return 'A COPY or bind source is not in the build context: check its path, the option `context` and the .dockerignore.';
  }
  if (/no space left/.test(error)) return "The engine's disk is full: docker system prune.";
  if (log.some((line) => /exec format error/.test(line)))
    return 'The engine cannot run programs of this platform: build it on an agent that can (--platform), or install emulation (docker run --privileged --rm tonistiigi/binfmt --install all).';
  if (/exporting manifest lists/.test(error))
    return 'This builder loads one platform at a time: name it (--platform linux/amd64), or push.';
  if (KILLED_STEP.test(error))
    return 'The command was killed, mostly for its memory: give the agent more, or let the command take less.';
  if (/did not complete successfully/.test(error))
    return 'The command in the Dockerfile failed; its last lines stand above.';
  return 'Run again with --progress=plain to see every line.';
}

const MISSING_SOURCE = /failed to calculate checksum of ref .*?: "\/?([^"]+)": not found/;

/** What a failed build copies and its context does not have, relative to the context; undefined for other failures. */
export function missingSource({ code, found }: DockerCacheError): string | undefined {
  return code === 'BUILD_FAILED' ? MISSING_SOURCE.exec(found ?? '')?.[1] : undefined;
}

function errorText({ failed, text }: FailedRun): string {
  return [...failed.map(({ error }) => error ?? ''), ...text].join('\n');
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^-+$/.test(line.trim()));
  return (lines.find((line) => line.startsWith('ERROR:')) ?? lines.at(-1) ?? 'nothing').replace(
    /^ERROR: /,
    '',
  );
}
