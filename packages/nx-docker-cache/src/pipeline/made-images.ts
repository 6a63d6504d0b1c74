import { familiar } from '../dockerfile';
import type { ImageDigest } from '../model/content';
import type { ImageDigestPort } from '../ports/content';
import type { Identified, Prepared } from './prepare';

/** Stands for the digest of an image that this run has yet to make. A key with it proves nothing. */
const PENDING = 'sha256:pending';

/** Digests of the images that a run makes, by reference. */
export class MadeImages {
  readonly #digests = new Map<string, string | undefined>();

  add({ identity }: Pick<Identified, 'identity'>, digest: string | undefined): void {
    for (const ref of namesOf(identity)) this.#digests.set(ref, digest);
  }

  /**
   * The digests as one of the run's builds has to see them: those of its bases from this run.
   * @param bases references in their familiar form
   */
  seenBy(bases: Iterable<string>, others: ImageDigestPort): ImageDigestPort {
    const own = new Map([...bases].map((ref) => [ref, this.#digestOf(ref)]));
    return { resolve: async (image) => own.get(familiar(image)) ?? others.resolve(image) };
  }

  /** true where a digest is the one that was made under this name. */
  is(ref: string, found: ImageDigest): boolean {
    const own = this.#digestOf(ref);
    return 'digest' in own && 'digest' in found && own.digest === found.digest;
  }

  #digestOf(ref: string): ImageDigest {
    if (!this.#digests.has(ref)) return { digest: PENDING };
    const digest = this.#digests.get(ref);
    return digest === undefined ? { problem: 'the engine does not say its digest' } : { digest };
  }
}

/** What a build is called in this run, in familiar form. */
export function namesOf({ names }: Identified['identity']): string[] {
  return names.map(familiar);
}

/** true where the build reads an image that this run has yet to make. */
export function isPending({ content }: Pick<Prepared, 'content'>): boolean {
  return content.images.some(({ digest }) => digest === PENDING);
}
