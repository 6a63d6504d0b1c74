/**
 * Matching by states, in time proportional to text × pattern. Go's engine works like this; a JavaScript regular
 * expression made from the same pattern could take exponential time on a hostile ignore file.
 */
export type Step =
  /** One character; `literal` where it is that one. */
  | { readonly one: (code: number) => boolean; readonly literal?: string }
  /** Any number of characters. */
  | { readonly many: (code: number) => boolean }
  /** Nothing, or any text that ends in `/`. */
  | 'folders'
  /** The start of the text. */
  | 'start';

const SLASH = 0x2f;
export const notSlash = (code: number): boolean => code !== SLASH;
export const anything = (): boolean => true;

export function literal(char: string): { readonly one: (code: number) => boolean; readonly literal: string } {
  const wanted = char.codePointAt(0);
  return { one: (code) => code === wanted, literal: char };
}

/** Does it match the whole text? Most texts are told by the longest plain part of the pattern, which they lack. */
export function compileMachine(steps: readonly Step[]): (text: string) => boolean {
  const plain = longestPlain(steps);
  return (text) => text.includes(plain) && run(steps, text);
}

function longestPlain(steps: readonly Step[]): string {
  let longest = '';
  let current = '';
  for (const step of steps) {
    const char = typeof step === 'object' && 'one' in step ? step.literal : undefined;
    current = char === undefined ? '' : current + char;
    if (current.length > longest.length) longest = current;
  }
  return longest;
}

function run(steps: readonly Step[], text: string): boolean {
  // State 2n: before step n. State 2n + 1: inside the text of a `folders` step.
  let states = new Set<number>();
  enter(states, 0, steps, true);
  for (const char of text) {
    const code = char.codePointAt(0)!;
    const next = new Set<number>();
    for (const state of states) {
      const at = state >> 1;
      const step = steps[at];
      if (step === undefined || step === 'start') continue;
      if (step === 'folders') {
        next.add(2 * at + 1);
        if (code === SLASH) enter(next, at + 1, steps, false);
      } else if ('one' in step) {
        if (step.one(code)) enter(next, at + 1, steps, false);
      } else if (step.many(code)) enter(next, at, steps, false);
    }
    if (next.size === 0) return false;
    states = next;
  }
  return states.has(2 * steps.length);
}

function enter(states: Set<number>, at: number, steps: readonly Step[], atStart: boolean): void {
  for (; ; at++) {
    if (states.has(2 * at)) return;
    states.add(2 * at);
    const step = steps[at];
    const skippable =
      step === 'folders' || (step === 'start' && atStart) || (typeof step === 'object' && 'many' in step);
    if (!skippable) return;
  }
}
