import { familiar } from '../dockerfile';
import { DockerCacheError } from '../errors';

/** What a build of a run makes and reads. */
export interface ImageUse {
  readonly id: string;
  /** Full references, `image:tag`. */
  readonly makes: readonly string[];
  /** The same of what its FROM, COPY and mounts take from images, without those that are pinned by digest. */
  readonly reads: readonly string[];
  /** Builds that it waits for whatever it reads. */
  readonly after: readonly string[];
}

export interface OrderedBuild {
  readonly id: string;
  /** Builds of the run whose images it reads, by reference in its familiar form. */
  readonly bases: ReadonlyMap<string, string>;
  /** All that have to be over before it, its bases too. */
  readonly needs: ReadonlySet<string>;
  /** What it reads of images that others of the run make under other tags only. */
  readonly strays: readonly { readonly ref: string; readonly maker: string }[];
}

/**
 * An order in which every build comes after what it needs, else in the order given. An image counts as another
 * build's where its whole reference is one that the build makes in this run: another tag of the same name is what the
 * registry has, whether the builds run together or one by one.
 * @throws DockerCacheError IMAGE_CYCLE
 */
export function orderBuilds(builds: readonly ImageUse[]): OrderedBuild[] {
  const makers = new Map<string, string>();
  const names = new Map<string, string>();
  for (const { id, makes } of builds)
    for (const ref of makes) {
      makers.set(familiar(ref), id);
      names.set(nameOf(familiar(ref)), id);
    }
  const known = new Set(builds.map(({ id }) => id));
  const nodes = new Map<string, OrderedBuild>();
  for (const { id, reads, after } of builds) {
    const bases = new Map<string, string>();
    for (const ref of reads) {
      const maker = makers.get(familiar(ref));
      if (maker !== undefined && maker !== id) bases.set(familiar(ref), maker);
    }
    const needs = new Set([...bases.values(), ...after.filter((other) => other !== id && known.has(other))]);
    const strays = reads.flatMap((ref) => {
      const maker = names.get(nameOf(familiar(ref)));
      // A bare name is rather one of Docker Hub's.
      const isStray = maker !== undefined && maker !== id && ref.includes('/') && !bases.has(familiar(ref));
      return isStray ? [{ ref, maker }] : [];
    });
    nodes.set(id, { id, bases, needs, strays });
  }
  return sorted(nodes);
}

/** An image without its tag. */
function nameOf(ref: string): string {
  return ref.replace(/:[^:/]+$/, '');
}

function sorted(nodes: ReadonlyMap<string, OrderedBuild>): OrderedBuild[] {
  const order = new Set<OrderedBuild>();
  const path: string[] = [];
  const visit = (node: OrderedBuild): void => {
    if (order.has(node)) return;
    if (path.includes(node.id)) throw cycle([...path.slice(path.indexOf(node.id)), node.id], nodes);
    path.push(node.id);
    for (const need of node.needs) visit(nodes.get(need)!);
    path.pop();
    order.add(node);
  };
  for (const node of nodes.values()) visit(node);
  return [...order];
}

function cycle(ids: readonly string[], nodes: ReadonlyMap<string, OrderedBuild>): DockerCacheError {
  const edges = ids.slice(0, -1).map((id, index) => {
    const next = ids[index + 1]!;
    const [ref] = [...nodes.get(id)!.bases].find(([, base]) => base === next) ?? [];
    return ref === undefined ? `${id} waits for ${next}` : `${id} reads ${ref}, which ${next} makes`;
  });
  return new DockerCacheError({
    code: 'IMAGE_CYCLE',
    message: `images are made from one another in a circle, and nothing was built: ${ids.join(' → ')}`,
    expected: 'an image to start with',
    found: edges.join('\n'),
    hint: 'Let one of them start from another image, or name what was published before by its digest.',
  });
}
