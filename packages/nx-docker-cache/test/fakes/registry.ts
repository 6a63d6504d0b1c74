import type { ProbePort, ProbeResult } from '../../src/ports/probe';
import type { RegistryManifest } from '../../src/ports/registry';

export class FakeProbe implements ProbePort {
  readonly asked: string[] = [];
  readonly answers: Map<string, ProbeResult>;

  constructor(answers: Readonly<Record<string, ProbeResult>> = {}) {
    this.answers = new Map(Object.entries(answers));
  }

  async probe(ref: string): Promise<ProbeResult> {
    this.asked.push(ref);
    return this.answers.get(ref) ?? { state: 'missing' };
  }

  async probeOnce(ref: string): Promise<ProbeResult> {
    return this.asked.includes(ref) ? (this.answers.get(ref) ?? { state: 'missing' }) : this.probe(ref);
  }

  probeCache(ref: string): Promise<ProbeResult> {
    return this.probe(ref);
  }
}

/** An image of which nothing but the digest matters. */
export function manifestOf(digest: string): RegistryManifest {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: `${digest}-config`,
    size: 2,
  };
  const bytes = new TextEncoder().encode(digest);
  return { digest, mediaType, size: bytes.length, bytes, manifest: { kind: 'image', config, layers: [] } };
}
