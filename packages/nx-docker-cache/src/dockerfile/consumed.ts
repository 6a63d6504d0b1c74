import type { Dockerfile } from '../model/dockerfile';
import { reachableStages, type Targets } from './reach';

/**
 * Names of the build args that change what a target, or any of several, builds, sorted: declared by ARG in a reached stage (every RUN
 * after it has the value in its environment, named or not), or global ones that a reached FROM is made of.
 * A build arg that is neither here nor predefined (`isPredefinedArg`) has no effect.
 *
 * @throws DockerCacheError UNKNOWN_STAGE
 */
export function consumedArgs(dockerfile: Dockerfile, targets?: Targets): string[] {
  // One that is declared again may go on from its value before: `ARG A=$B`, `ARG A=${A}-x`.
  const uses = new Map<string, string[]>();
  for (const arg of dockerfile.globalArgs) uses.set(arg.name, [...(uses.get(arg.name) ?? []), ...arg.uses]);
  const consumed = new Set<string>();
  const waiting: string[] = [];
  for (const stage of reachableStages(dockerfile, targets)) {
    // A replaced stage's FROM is still read.
    for (const name of stage.consumes) waiting.push(name);
    if (stage.replaced) continue;
    for (const { name, defaultValue } of stage.args) {
      consumed.add(name);
      // Without a default of its own it takes the global's, and with that what the global is made of.
      if (defaultValue === undefined) waiting.push(name);
    }
  }
  const followed = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const used = uses.get(name);
    if (used === undefined || followed.has(name)) continue;
    followed.add(name);
    consumed.add(name);
    waiting.push(...used);
  }
  return [...consumed].sort();
}
