import { identify, joinedContent, planSkip } from '../plan';
import { readContent } from './content';
import { readDockerfile } from './dockerfile';
import type { Ports } from './ports';
import type { Identified, Prepared } from './prepare';

export type ContentPorts = Pick<Ports, 'content' | 'environment' | 'files' | 'imageDigests' | 'workspace'>;

/**
 * A build with what it reads. One for several platforms is a build for each, since a Dockerfile may copy other files for
 * each of them; its own content is theirs.
 * @param beside true for a stage that is built beside the target
 * @param builds false where only the plan is asked for, which writes nothing
 * @throws DockerCacheError SECRET_EXPOSED
 */
export async function withContent(
  build: Identified,
  ports: ContentPorts,
  { beside, builds }: { readonly beside: boolean; readonly builds: boolean },
): Promise<Prepared> {
  const { options, facts, identity } = build;
  const parts = await Promise.all(
    platformsOf(build).map(async (platform) =>
      withContent(await partOf(build, platform, ports, beside), ports, { beside, builds }),
    ),
  );
  const content =
    parts.length === 0
      ? await readContent(options, facts, identity, ports, builds && !options.dryRun)
      : joinedContent(
          parts.map((part) => ({ platform: part.options.platforms.join(), content: part.content })),
          identity.indexed.index,
        );
  return { ...build, content, skip: planSkip(options, identity, content), parts };
}

/** Platforms that are built apart; none where there is only one. */
function platformsOf({ options }: Identified): readonly string[] {
  return options.platforms.length < 2 ? [] : options.platforms;
}

/** The build of one platform of several. It is loaded with the others, or not at all. */
export async function partOf(
  whole: Identified,
  platform: string,
  ports: Pick<Ports, 'files' | 'workspace'>,
  beside: boolean,
): Promise<Identified> {
  const { output, platforms } = whole.identity;
  const { context, contextReason, contextDecided, contextIndirect } = whole.facts.files;
  const options = { ...whole.options, platforms: [platform], load: false, push: output.push };
  const readable = { ...options, buildArgs: whole.identity.buildArgs, context };
  const files = await readDockerfile(readable, whole.project, ports);
  const facts = {
    ...whole.facts,
    project: { ...whole.facts.project, platforms },
    files: { ...files, contextReason, contextDecided, contextIndirect },
  };
  const identity = identify(options, facts, beside);
  return {
    ...whole,
    options,
    facts,
    identity: { ...identity, output: { ...identity.output, reason: output.reason } },
  };
}
