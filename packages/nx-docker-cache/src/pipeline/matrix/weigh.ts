import type { JudgedBuild } from '../../affected';
import type { ShardWeight } from '../../model/matrix';
import type { Receipt } from '../../model/receipt';
import { estimateSeconds, receiptPath, scaleOf } from '../../plan';
import type { FilesPort } from '../../ports/files';
import { lastReceipt } from '../last-receipt';

/** Less than a build ever takes, and an estimate where a Dockerfile cannot be read. */
const LEAST = 0.1;
const UNREADABLE = 1;

/** How long each build takes, by project: what its receipt says, else an estimate on the same scale. */
export async function weigh(builds: readonly JudgedBuild[], files: FilesPort): Promise<ShardWeight[]> {
  const timed = await Promise.all(
    builds.map(async ({ project, target, build }) => {
      const receipt = await lastReceipt(receiptPath(project.name, target), files);
      const measured = receipt === undefined ? undefined : durationOf(receipt);
      const parsed = build.files?.parsed;
      const estimate = parsed === undefined ? UNREADABLE : estimateSeconds(parsed, build.targets);
      return { project: project.name, target, estimate, measured };
    }),
  );
  const scale = scaleOf(timed);
  const weights = timed.map(({ project, target, estimate, measured }): ShardWeight => ({
    ...{ project, target },
    seconds: Math.max(LEAST, measured ?? estimate * scale),
    from: measured === undefined ? 'estimate' : 'receipt',
  }));
  return weights.sort(byProject);
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
