import { readFileSync } from 'node:fs';

export interface ProcessStatus {
  /** false where it is surely gone. */
  readonly alive: boolean;
  /** When it was started, in clock ticks since the machine was; '' where the system does not say. */
  readonly start: string;
}

/**
 * Of a process on this machine. One that has ended and that its parent takes no notice of is gone, though its number
 * stays taken: in a container without an init that is what a killed process becomes.
 */
export function processStatus(pid: number): ProcessStatus {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return { alive: false, start: '' };
  }
  try {
    // The second field is the program's name in parentheses, which may hold anything; the third is the state.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { alive: fields[0] !== 'Z' && fields[0] !== 'X', start: fields[19] ?? '' };
  } catch {
    return { alive: true, start: '' };
  }
}
