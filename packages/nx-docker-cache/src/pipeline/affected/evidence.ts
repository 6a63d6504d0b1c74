import { posix } from 'node:path';
import type { OptionChange } from '../../affected';
import { SiblingIndex } from '../../dockerfile';
import { contextHints, hintFilesIn, hintFolders, readHints } from '../../hints';
import type { BuildFacts } from '../../inspect';
import { mayBeDockerfile } from '../../layout/dockerfile-names';
import { ProjectMap } from '../../layout/project-map';
import type { SurveyedProject } from '../../model/survey';
import type { FilesPort } from '../../ports/files';
import type { BothEnds } from './options';

export interface EvidenceQuestion {
  readonly projects: readonly SurveyedProject[];
  /** Of the builds of one project. */
  readonly facts: readonly BuildFacts[];
  readonly changed: readonly string[];
  readonly ends: BothEnds;
  readonly files: Pick<FilesPort, 'kind'>;
}

/**
 * Builds whose context nothing in their Dockerfile decides, or not alone, where something changed that speaks of it:
 * compose and CI files that say otherwise than at the base, and the Dockerfiles beside, those that are gone included.
 */
export async function changedEvidence(question: EvidenceQuestion): Promise<OptionChange[]> {
  const found = await Promise.all(
    question.facts.map(async (build) => {
      const { open, silent, heard } = build.files?.contextAround ?? CERTAIN;
      if (!open) return [];
      const hints = await changedHints(build, question);
      const siblings = silent ? [...heard, ...goneBeside(build, question)] : [];
      return [...hints, ...question.changed.filter((path) => siblings.includes(path))];
    }),
  );
  const files = [...new Set(found.flat())];
  return files.length === 0 ? [] : [{ text: 'what decides its context', files }];
}

const CERTAIN = { open: false, silent: false, heard: [] };

async function changedHints(
  { dockerfile }: BuildFacts,
  { changed, ends }: EvidenceQuestion,
): Promise<string[]> {
  const folders = hintFolders(dockerfile);
  const near = changed.filter((path) => {
    const folder = posix.dirname(path);
    return folders.includes(folder) && hintFilesIn(folder, [posix.basename(path)]).length > 0;
  });
  const said = async (path: string, read: BothEnds['before']): Promise<string> => {
    const text = await read(path);
    const hints = text === undefined ? [] : contextHints(readHints({ path, text }), dockerfile);
    return JSON.stringify(hints.map(({ context }) => context));
  };
  const isOther = await Promise.all(
    near.map(async (path) => (await said(path, ends.before)) !== (await said(path, ends.after))),
  );
  return near.filter((_, index) => isOther[index]);
}

/** Dockerfiles that are no more and were siblings of it. */
function goneBeside({ dockerfile, project }: BuildFacts, question: EvidenceQuestion): string[] {
  const { changed, files, projects } = question;
  const gone = changed.filter((path) => mayBeDockerfile(path) && files.kind(path) === undefined);
  if (gone.length === 0) return [];
  const map = new ProjectMap(Object.fromEntries(projects.map((one) => [one.name, one])));
  const rootOf = (path: string): string => map.ownerOf(path)?.root ?? posix.dirname(path);
  const index = new SiblingIndex(gone.map((path) => ({ dockerfilePath: path, projectRoot: rootOf(path) })));
  const place = { dockerfilePath: dockerfile, projectRoot: project?.root ?? posix.dirname(dockerfile) };
  return index.of(place).flatMap((group) => group.map(({ dockerfilePath }) => dockerfilePath));
}
