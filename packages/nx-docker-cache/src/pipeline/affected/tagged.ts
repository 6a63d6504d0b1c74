import type { JudgedBuild, ReadBase } from '../../affected';
import { familiar } from '../../dockerfile';
import { expandNames } from '../../layout/image-names';
import type { AffectedReason } from '../../model/affected';
import type { WorkspaceProject } from '../../ports/workspace';
import type { Ports } from '../ports';
import { wouldMake } from '../would-make';
import { projectOf } from './project-of';

type NamingPorts = Pick<Ports, 'workspace' | 'source' | 'environment'>;

/**
 * Builds that are not chosen, and whose images chosen ones read by a tag that only this run gives (`{shortSha}`, the
 * branch): without them it is nowhere, or an image of before. And what these read in the same way.
 * @returns those of `all` that are not among `chosen`, and why
 */
export async function taggedFor(
  chosen: readonly JudgedBuild[],
  all: readonly JudgedBuild[],
  ports: NamingPorts,
): Promise<ReadonlyMap<JudgedBuild, AffectedReason>> {
  // One checkout, so one answer.
  const source = ports.source.facts();
  const shared = { ...ports, source: { facts: () => source } };
  const byKey = new Map(all.map((build) => [keyOf(build.project.name, build.target), build]));
  const inRun = new Set(chosen.map(({ project, target }) => keyOf(project.name, target)));
  const refs = new Map<string, ReadonlySet<string>>();
  const reasons = new Map<JudgedBuild, AffectedReason>();
  const readers = [...chosen];
  for (const reader of readers) {
    for (const base of reader.bases) {
      const key = keyOf(base.project, base.target);
      const build = byKey.get(key);
      if (build === undefined || inRun.has(key) || base.ref === undefined) continue;
      const given = refs.get(key) ?? (await givenBy(build, shared));
      refs.set(key, given);
      if (!given.has(base.ref)) continue;
      inRun.add(key);
      reasons.set(build, reasonOf(reader, base));
      readers.push(build);
    }
  }
  return reasons;
}

function keyOf(project: string, target: string): string {
  return `${project}\0${target}`;
}

/** Nothing of its own changed; the line is that of the reader's Dockerfile, and so not its own. */
function reasonOf({ project: { name } }: JudgedBuild, { ref, line }: ReadBase): AffectedReason {
  const text = `${name} reads the tag that it gets in this run (${ref}, line ${line})`;
  return { kind: 'tag', files: [], count: 0, line: undefined, project: name, text };
}

async function givenBy(build: JudgedBuild, ports: NamingPorts): Promise<ReadonlySet<string>> {
  const project = await projectOf(build, ports.workspace);
  return new Set(project === undefined ? [] : (await changingRefs(project, ports)).map(familiar));
}

/** References that another run gives otherwise. One that stays the same has been given by the run that made the image. */
async function changingRefs(project: WorkspaceProject, ports: NamingPorts): Promise<string[]> {
  const options = { ...(project.options as Readonly<Record<string, unknown>>) };
  const { tags } = options;
  // Of the tags that are given by default `dev`, for what is loaded, is always the same.
  if (!Array.isArray(tags)) return (await wouldMake(project, ports)).filter((ref) => !/[:-]dev$/.test(ref));
  const changing = tags.filter((tag) => typeof tag === 'string' && expandNames(tag, project).includes('{'));
  return changing.length === 0
    ? []
    : wouldMake({ ...project, options: { ...options, tags: changing } }, ports);
}
