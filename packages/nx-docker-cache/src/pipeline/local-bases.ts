import { externalImages, familiar } from '../dockerfile';
import type { EngineFacts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import { mayMake } from './elsewhere';
import type { Ports } from './ports';
import type { Prepared } from './prepare';
import { wouldWrite } from './would-make';

type Images = Prepared['content']['images'];

/**
 * true where the engine may build from other images than those that are keyed: of two that have a name Docker's own builder
 * takes the engine's, whatever the registry has. Builders of other drivers see the registry's only.
 */
export async function hasOthers(
  images: Images,
  builder: string | undefined,
  engine: Ports['engine'],
): Promise<boolean> {
  return images.length > 0 && (await othersOf(images, await engine.facts(builder), engine)).length > 0;
}

/**
 * The options of a build whose image others get: it is made from what the registry has, as on an agent that has nothing,
 * and not from what was once pulled or built here under the same name.
 */
export async function pulling(
  { options, facts, identity, content }: Prepared,
  engine: EngineFacts,
  ports: Pick<Ports, 'engine' | 'workspace' | 'source' | 'environment'>,
): Promise<BuildOptions> {
  if (options.pull || !identity.output.push) return options;
  const read = externalImages(facts.files.parsed, options.target).flatMap(({ image, digest }) =>
    image === undefined || digest !== undefined ? [] : [image],
  );
  // buildx pulls all or none: what no registry has must be the engine's.
  if (new Set(read).size > content.images.length) return options;
  const others = await othersOf(content.images, engine, ports.engine);
  if (others.length === 0 || (await isLoadedOnly(others, ports))) return options;
  return { ...options, pull: true };
}

async function othersOf(
  images: Images,
  { driver, containerdStore }: EngineFacts,
  engine: Pick<Ports['engine'], 'imageId'>,
): Promise<string[]> {
  if (driver !== 'docker') return [];
  const ids = await Promise.all(images.map(({ image }) => engine.imageId(image)));
  // The older store calls an image by its configuration, so that nobody can tell which one it is.
  return images.flatMap(({ image, digest }, at) =>
    ids[at] === undefined || (containerdStore && ids[at] === digest) ? [] : [image],
  );
}

/** true where one of the images is made in this workspace for the engine alone: there it is newer than the registry's. */
async function isLoadedOnly(
  images: readonly string[],
  ports: Pick<Ports, 'workspace' | 'source' | 'environment'>,
): Promise<boolean> {
  const refs = images.map(familiar);
  const names = refs.map((ref) => ref.replace(/:[^:/]+$/, ''));
  for (const { name, root, builds } of await ports.workspace.builds()) {
    for (const { target, options } of builds) {
      const build = { name, root, target, options };
      if (!mayMake(names, build)) continue;
      const { pushes, loads } = await wouldWrite(build, ports);
      const isMeant = (made: readonly string[]): boolean => made.some((ref) => refs.includes(familiar(ref)));
      if (isMeant(loads) && !isMeant(pushes)) return true;
    }
  }
  return false;
}
