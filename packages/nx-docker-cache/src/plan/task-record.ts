import { createHash } from 'node:crypto';
import type { SkipPlan } from '../model/plan';
import type { PlannedService, PlannedTaskOutput, RecordPlan, TaskOptions } from '../model/task';

/** Changes whenever the meaning of a key changes, so that old records are never taken for new ones. */
const FORMAT = 4;

export interface RecordInput {
  readonly options: TaskOptions;
  readonly skip: SkipPlan;
  readonly outputs: readonly PlannedTaskOutput[];
  /** Those of env files too. */
  readonly env: ReadonlyMap<string, string>;
  readonly services: readonly PlannedService[];
}

/**
 * Where a pass of a task is found again, and where one is left. Tiers hold as for keys: the tags differ by the tier's
 * letter alone, and what may not leave a key may leave no record.
 */
export function planRecord(input: RecordInput): RecordPlan {
  const { options, skip } = input;
  const key = recordKey(input);
  const obstacle = obstacleOf(options, skip);
  const usable = obstacle === undefined && options.record !== false;
  return {
    key,
    read: usable && options.skip ? skip.read.map((tag) => recordTag(tag, key)) : [],
    write: usable && skip.write !== undefined ? recordTag(skip.write, key) : undefined,
    obstacle,
  };
}

/** `image:key-t-<content key>` → `image:task-t-<record key>`. */
function recordTag(keyTag: string, key: string): string {
  return keyTag.replace(/:key-([a-z0-9]+)-[^:]*$/, (_, mark: string) => `:task-${mark}-${key}`);
}

function obstacleOf(options: TaskOptions, skip: SkipPlan): string | undefined {
  const [first] = skip.obstacles;
  if (first !== undefined) return `the stage's content key proves nothing: ${first.reason}`;
  if (options.record === true) return undefined;
  if (options.volumes.length > 0) return `it reads a volume (${options.volumes[0]!.split(':')[0]})`;
  const { network } = options;
  const alone = network === undefined || network === 'none' || network === 'default' || network === 'bridge';
  return alone ? undefined : `it talks to the network ${network}`;
}

function recordKey({ options, skip, outputs, env, services }: RecordInput): string {
  const parts = [
    ...[FORMAT, skip.key, options.entrypoint, options.command, options.workdir ?? null, options.user ?? null],
    hashed(env),
    // With `record: true`: which volumes, though not what is in them. As written: absolute ones differ from agent to agent.
    options.volumes,
    ...[options.network ?? null, options.tmpfs, options.memory ?? null, options.cpus ?? null],
    outputs.map(({ from, to }) => [from, to]),
    // When a service is ready changes nothing of what it is.
    services.map(({ name, reference, command, env: of, tmpfs }) => [
      name,
      reference,
      command,
      hashed(of),
      tmpfs,
    ]),
  ];
  return sha256(JSON.stringify(parts));
}

/** Pairs of a name and what stands for its value, in an order of their own. */
function hashed(env: ReadonlyMap<string, string>): string[][] {
  const pairs = [...env].map(([name, value]) => [name, sha256(value)]);
  return pairs.sort(([left], [right]) => (left! < right! ? -1 : 1));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
