import type { ImageDigest } from '../model/content';
import type { ImageDigestPort } from '../ports/content';
import type { EnginePort } from '../ports/engine';
import { parseReference, formatReference } from '../registry';
import type { ProbePort } from '../ports/probe';

const DOCKER_HUB = 'docker.io';

/** Asks registries for the digests of base images; Docker Hub's through the engine's mirrors first, as the engine does. */
export class ImageDigests implements ImageDigestPort {
  readonly #probe: Pick<ProbePort, 'probe'>;
  readonly #engine: Pick<EnginePort, 'mirrors'>;

  constructor(probe: Pick<ProbePort, 'probe'>, engine: Pick<EnginePort, 'mirrors'>) {
    this.#probe = probe;
    this.#engine = engine;
  }

  async resolve(image: string): Promise<ImageDigest> {
    let problem = 'its registry did not answer';
    for (const reference of await this.#places(image)) {
      const result = await this.#probe.probe(reference);
      if (result.state === 'present' && result.digest !== undefined) return { digest: result.digest };
      problem = 'message' in result ? result.message : 'its registry does not have it';
    }
    return { problem };
  }

  async #places(image: string): Promise<string[]> {
    try {
      const ref = parseReference(image);
      if (ref.host !== DOCKER_HUB) return [image];
      const mirrors = await this.#engine.mirrors();
      return [...mirrors.map((mirror) => formatReference({ ...ref, host: new URL(mirror).host })), image];
    } catch {
      return [];
    }
  }
}
