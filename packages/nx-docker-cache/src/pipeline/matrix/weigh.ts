import type { JudgedBuild } from '../../affected';
import type { ShardWeight } from '../../model/matrix';
import type { Receipt } from '../../model/receipt';
import { estimateSeconds, receiptPath, scaleOf } from '../../plan';
import type { FilesPort } from '../../ports/files';
import { lastReceipt } from '../last-receipt';

/** Less than a build ever takes, and an estimate where a Dockerfile cannot be read. */
const LEAST = 0.1;
const UNREADABLE = 1;

/** How long each project takes, by name: what its receipts say, else an estimate on the same scale. */
export async function weigh(builds: readonly JudgedBuild[], files: FilesPort): Promise<ShardWeight[]> {
  const timed = await Promise.all(
    builds.map(async ({ project, target, build }) => {
      const receipt = await lastReceipt(receiptPath(project.name, target), files);
      const measured = receipt === undefined ? undefined : durationOf(receipt);
      const parsed = build.files?.parsed;
      const estimate = parsed === undefined ? UNREADABLE : estimateSeconds(parsed, build.options.target);
      return { project: project.name, estimate, measured };
    }),
  );
  const scale = scaleOf(timed);
  const byProject = new Map<string, ShardWeight>();
  for (const { project, estimate, measured } of timed) {
    const before = byProject.get(project);
    const seconds = (before?.seconds ?? 0) + Math.max(LEAST, measured ?? estimate * scale);
    const guessed = measured === undefined || before?.from === 'estimate';
    byProject.set(project, { project, seconds, from: guessed ? 'estimate' : 'receipt' });
  }
  return [...byProject.values()].sort((left, right) => (left.project < right.project ? -1 : 1));
}

/** A skip takes no time, and says nothing of the build that it spared. Anybody may have edited a receipt. */
function durationOf({ status, seconds, buildSeconds }: Receipt): number | undefined {
  const value: unknown = buildSeconds ?? (status === 'built' ? seconds : undefined);
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
