import type { ContentKey, InstructionInputs } from '../model/content';
import type { SkipPlan } from '../model/plan';
import type { Receipt } from '../model/receipt';

/** Why a build is needed, for a person. */
export interface Explanation {
  /** Line of the Dockerfile; undefined where no instruction differs. */
  readonly line: number | undefined;
  /** The first difference to the last build, for instance `COPY src src: 3 files more (12 now)`. */
  readonly what: string;
  /** What to do about it, where nothing really changed. */
  readonly cure: string | undefined;
}

/** Why a build ran, in one line, whether or not there is a last one to compare it with. */
export function explainNeed(
  last: Receipt | undefined,
  { content, skip }: { readonly content: ContentKey; readonly skip: Pick<SkipPlan, 'enabled' | 'obstacles'> },
): string {
  const [obstacle] = skip.obstacles;
  if (obstacle !== undefined) return `never skipped: ${obstacle.reason}`;
  if (!skip.enabled) return 'it was asked for';
  return explainBuild(last, content)?.what ?? 'nobody has built it with this content';
}

/**
 * Compares what a build reads with what the last one of this checkout read: the first instruction that differs.
 * undefined without a last receipt, and where nothing differs.
 */
export function explainBuild(last: Receipt | undefined, content: ContentKey): Explanation | undefined {
  if (last === undefined || last.contentKey === content.key) return undefined;
  const index = content.inputs.findIndex((now, at) => now.digest !== last.inputs[at]?.digest);
  const now = content.inputs[index];
  if (now === undefined)
    return { line: undefined, what: beyond(last.inputs[content.inputs.length]), cure: undefined };
  const { line } = now;
  const text = shorten(now.text);
  const before = last.inputs[index];
  if (before?.text !== now.text) {
    const moved = last.inputs.some((input) => input.text === now.text);
    return {
      line,
      what: `${text}: ${moved ? 'it stood elsewhere' : 'it is new or changed'}`,
      cure: undefined,
    };
  }
  if (before.digestWithoutModes === now.digestWithoutModes) {
    return {
      line,
      what: `${text}: only permission bits differ, no content does`,
      cure: 'the umask is another one: `umask 0022` before the checkout, or `git config core.fileMode true`',
    };
  }
  return { line, what: `${text}: ${difference(before, now)}`, cure: undefined };
}

/** Where all instructions are what they were. */
function beyond(gone: InstructionInputs | undefined): string {
  return gone === undefined
    ? 'a label, a platform, a secret or another option of the build is not what it was'
    : `${shorten(gone.text)}: it is gone`;
}

function difference(before: InstructionInputs, now: InstructionInputs): string {
  if (/^FROM\b/i.test(now.text)) return 'the base is another one';
  if (/^ARG\b/i.test(now.text)) return 'the build arg has another value';
  if (before.files === 0 && now.files === 0)
    return 'what it takes from another stage, image or heredoc changed';
  if (before.files === now.files) return `content or names of its ${files(now.files)} changed`;
  const [word, count] =
    now.files > before.files ? ['more', now.files - before.files] : ['fewer', before.files - now.files];
  return `${files(count)} ${word} (${now.files} now)`;
}

function files(count: number): string {
  return `${count} ${count === 1 ? 'file' : 'files'}`;
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
