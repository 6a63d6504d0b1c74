/** What a spec file started, undone after its last test in the reverse order. */
const undo: (() => unknown)[] = [];

export function onCleanup(step: () => unknown): void {
  undo.push(step);
}

afterAll(async () => {
  const failures: unknown[] = [];
  for (let step = undo.pop(); step !== undefined; step = undo.pop()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'the clean-up left something behind');
}, 60_000);
