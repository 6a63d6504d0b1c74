import type { JudgedBuild } from '../../affected';
import type { ShardWeight } from '../../model/matrix';
import type { Receipt } from '../../model/receipt';
import { estimateSeconds, receiptPath, scaleOf } from '../../plan';
import type { AffectedPorts } from '../affected';
import { lastReceipt } from '../last-receipt';
import { timesOf } from './times';

/** What a build is expected to take that the registry holds. */
const SKIP = 0.5;
/** Less than a build ever takes, and an estimate where a Dockerfile cannot be read. */
const LEAST = 0.1;
const UNREADABLE = 1;

/**
 * How long each build takes, by project: what its receipt says, else what another agent has left in the registry, else an
 * estimate on the same scale.
 * @param local true where no registry is asked
 * @param isHeld true for what is known to be skipped
 */
export async function weigh(
  builds: readonly JudgedBuild[],
  local: boolean,
  isHeld: (build: JudgedBuild) => boolean,
  ports: AffectedPorts,
): Promise<ShardWeight[]> {
  const receipts = await Promise.all(
    builds.map(async ({ project, target }) => {
      const receipt = await lastReceipt(receiptPath(project.name, target), ports.files);
      return receipt === undefined ? undefined : durationOf(receipt);
    }),
  );
  const unknown = local ? [] : builds.filter((_, at) => receipts[at] === undefined);
  const times = await timesOf(unknown, ports);
  const left = new Map(unknown.map((build, at) => [build, times[at]]));
  const timed = builds.map((build, at) => ({
    ...{ build, estimate: estimateOf(build), measured: receipts[at] ?? left.get(build) },
    from: receipts[at] !== undefined ? ('receipt' as const) : ('registry' as const),
  }));
  const scale = scaleOf(timed);
  const weights = timed.map(({ build, estimate, measured, from }): ShardWeight => {
    const { project, target } = build;
    const named = { project: project.name, target };
    if (isHeld(build)) return { ...named, seconds: SKIP, from: 'skip' };
    const seconds = Math.max(LEAST, measured ?? estimate * scale);
    return { ...named, seconds, from: measured === undefined ? 'estimate' : from };
  });
  return weights.sort(byProject);
}

function estimateOf({ build: { files, targets } }: JudgedBuild): number {
  return files === undefined ? UNREADABLE : estimateSeconds(files.parsed, targets);
}

function byProject(left: ShardWeight, right: ShardWeight): number {
  if (left.project !== right.project) return left.project < right.project ? -1 : 1;
  return left.target < right.target ? -1 : 1;
}

/** A skip takes no time, and says nothing of the build that it spared. Anybody may have edited a receipt. */
function durationOf({ status, seconds, buildSeconds }: Receipt): number | undefined {
  const value: unknown = buildSeconds ?? (status === 'built' ? seconds : undefined);
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
