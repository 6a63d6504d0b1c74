import { posix } from 'node:path';
import type { OptionChange } from '../../affected';
import { consumedArgs } from '../../dockerfile';
import { DockerCacheError } from '../../errors';
import type { BuildFacts } from '../../inspect';
import type { SourceFacts } from '../../model/facts';
import type { BuildOptions } from '../../model/options';
import type { SurveyedProject } from '../../model/survey';
import { parseBuildOptions } from '../../options';
import { environmentNames, placeholders } from '../../plan';
import type { EnvironmentPort } from '../../ports/logger';
import { withMetadata } from '../metadata';
import type { BothEnds } from './options';

/** A value that has part of a commit's id shorter than this in it has it by chance. */
const SHORT_COMMIT = 7;

export interface ValueQuestion {
  readonly project: SurveyedProject;
  /** What was read of its builds. */
  readonly facts: readonly BuildFacts[];
  readonly changed: readonly string[];
  readonly ends: BothEnds;
  readonly source: () => Promise<SourceFacts>;
  readonly environment: EnvironmentPort;
}

/**
 * Values of options that are others now, though the options are the same: labels that are made of manifests, and what a
 * commit's id or a run's number is a part of.
 */
export async function changedValues(question: ValueQuestion): Promise<OptionChange[]> {
  const found = question.project.builds.map(async ({ target, options: raw }) => {
    const written = readable(raw);
    if (written === undefined) return [];
    const facts = question.facts.find((one) => one.target === target);
    return [...(await ofManifests(written, question)), ...(await ofCommits(written, facts, question))];
  });
  return (await Promise.all(found)).flat();
}

/** Options that are wrong are a problem of their build. */
function readable(raw: unknown): BuildOptions | undefined {
  try {
    return parseBuildOptions(raw, 'the options');
  } catch (error) {
    if (!(error instanceof DockerCacheError)) throw error;
    return undefined;
  }
}

async function ofManifests(
  options: BuildOptions,
  { project, changed, ends }: ValueQuestion,
): Promise<OptionChange[]> {
  const manifests = [posix.join(project.root, 'package.json'), 'package.json'];
  const files = [...new Set(manifests)].filter((path) => changed.includes(path));
  if (options.metadata === undefined || files.length === 0) return [];
  const [old, now] = await Promise.all(
    [ends.before, ends.after].map(async (readText) => {
      const { labels, annotations } = await withMetadata(options, project, { readText });
      return JSON.stringify([labels, annotations]);
    }),
  );
  return old === now ? [] : [{ text: 'its labels are made of a manifest', files }];
}

async function ofCommits(
  written: BuildOptions,
  facts: BuildFacts | undefined,
  { project, changed, ends, source, environment }: ValueQuestion,
): Promise<OptionChange[]> {
  if (changed.length === 0) return [];
  const options = await withMetadata(written, project, { readText: ends.after });
  const read = facts?.files === undefined ? [] : consumedArgs(facts.files.parsed, facts.targets);
  const values = [
    ...Object.entries(options.buildArgs)
      .filter(([name]) => read.includes(name))
      .map(([name, value]) => ({ of: `the build arg ${name}`, value })),
    ...Object.entries(options.labels).map(([name, value]) => ({ of: `the label ${name}`, value })),
    ...Object.entries(options.annotations).map(([name, value]) => ({ of: `the annotation ${name}`, value })),
  ].filter(({ value }) => value.includes('{'));
  if (values.length === 0) return [];
  const isOfRun = changing(await source());
  return values
    .filter(
      ({ value }) =>
        placeholders(value).some((name) => name === 'sha' || name === 'shortSha') ||
        environmentNames(value).some((name) => isOfRun(environment.get(name) ?? '')),
    )
    .map(({ of }) => ({ text: `${of} is another one with every commit`, files: [] }));
}

/** Does a value name the commit, or what changes with every run? */
function changing({ commit, volatile }: SourceFacts): (value: string) => boolean {
  const short = commit?.slice(0, SHORT_COMMIT);
  return (value) => (short !== undefined && value.includes(short)) || volatile.includes(value);
}
