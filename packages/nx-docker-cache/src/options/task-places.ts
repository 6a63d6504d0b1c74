import { posix } from 'node:path';

type Outputs = string | readonly (string | { readonly from: string; readonly to: string })[] | undefined;

interface SharedPlace {
  readonly task: string;
  readonly message: string;
}

/**
 * Tasks whose results take places in each other's: they run side by side, and each clears its own places first.
 * @param tasks outputs by name of the task, as written
 */
export function sharedPlaces(tasks: Readonly<Record<string, Outputs>>): SharedPlace[] {
  const all = Object.entries(tasks).flatMap(([task, outputs]) =>
    placesOf(outputs).map((output) => ({ task, ...output })),
  );
  return all.flatMap(({ task, from, to }, index) => {
    const other = all.slice(0, index).find((one) => one.task !== task && overlap(one.to, to));
    if (other === undefined) return [];
    const own = JSON.stringify({ from, to: `${to}-${task}` });
    const where = other.to === to ? `${to} is a place` : `${to} and ${other.to} overlap, which is a place`;
    return [
      {
        task,
        message: `expected places of its own, since tasks run at once and each clears its own first: ${where} of ${other.task}; ${own} gives it another`,
      },
    ];
  });
}

function placesOf(outputs: Outputs): { readonly from: string; readonly to: string }[] {
  const list = typeof outputs === 'string' ? [outputs] : (outputs ?? []);
  return list
    .map((output) => (typeof output === 'string' ? { from: output, to: output } : output))
    .map(({ from, to }) => ({ from, to: posix.normalize(to).replace(/(.)\/+$/, '$1') }));
}

function overlap(left: string, right: string): boolean {
  const within = (inner: string, outer: string): boolean => {
    const way = posix.relative(outer, inner);
    return way !== '..' && !way.startsWith('../');
  };
  return within(left, right) || within(right, left);
}
