import type { ProjectFacts, SourceFacts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import type { Mark } from './marks';
import { shortHash } from './slug';

/** What a part is one of. */
export interface PartInput {
  readonly project: Pick<ProjectFacts, 'name' | 'target'>;
  readonly source: Pick<SourceFacts, 'commit'>;
  /** Name or index of the stage. */
  readonly stage: string;
  readonly platform: string;
}

/** All platforms of the image; the options may ask for some of them only. */
export function wholePlatforms(
  { platforms }: Pick<BuildOptions, 'platforms'>,
  project: Pick<ProjectFacts, 'platforms'>,
): readonly string[] {
  const whole = project.platforms ?? [];
  // What is asked for is another image altogether where the whole one has no such platform.
  return platforms.length > 0 && platforms.every((platform) => whole.includes(platform)) ? whole : platforms;
}

/**
 * The tag under which one platform of a commit's image is found again, whoever built it. A build and a stage of their
 * own have tags of their own, since images may share a repository; who left it is a part of it as in key tags.
 */
export function partTag({ project, source, stage, platform }: PartInput, mark: Mark): string {
  const own = shortHash(JSON.stringify([project.name, project.target, stage]));
  const name = platform.replace(/[^a-z0-9._-]+/g, '-');
  return `part-${mark.text}-${source.commit ?? 'none'}-${own}-${name}`;
}
