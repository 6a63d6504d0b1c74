import { isSingle, type Subject } from './subjects';

/** What can begin now: what it needs is over, or is made in the same run of the builder. */
export function waveOf(waiting: readonly Subject[], ended: ReadonlyMap<string, unknown>): Subject[] {
  const wave: Subject[] = [];
  for (const subject of waiting) {
    const { bases, needs } = subject.order;
    const wired = new Set(bases.values());
    const together = (id: string): boolean =>
      wired.has(id) &&
      isSingle(subject) &&
      wave.some((other) => other.request.id === id && other.lane === subject.lane && isSingle(other));
    if ([...needs].every((id) => ended.has(id) || together(id))) wave.push(subject);
  }
  return wave;
}
