/** What a registry holds, asked over its own API and not through the code under test. */
export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly body: string;
  readonly layers: readonly { readonly digest: string; readonly size: number }[];
  readonly config: string | undefined;
}

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

export class RegistryView {
  readonly #base: string;
  readonly #headers: Record<string, string>;

  /** @param host `127.0.0.1:port` of a registry without TLS */
  constructor(host: string, login?: string) {
    this.#base = `http://${host}/v2`;
    this.#headers =
      login === undefined ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
  }

  /** Undefined where there is no such tag or repository. */
  async manifest(repository: string, reference: string): Promise<Manifest | undefined> {
    const response = await this.#ask('GET', `${repository}/manifests/${reference}`, { accept: ACCEPT });
    const body = await response.text();
    if (response.status === 404) return undefined;
    if (response.status !== 200) throw new Error(`manifest ${repository}:${reference}: ${response.status}`);
    const parsed = JSON.parse(body) as {
      layers?: { digest: string; size: number }[];
      config?: { digest: string };
    };
    return {
      digest: response.headers.get('docker-content-digest') ?? '',
      mediaType: response.headers.get('content-type') ?? '',
      body,
      layers: parsed.layers ?? [],
      config: parsed.config?.digest,
    };
  }

  /** Digests by tag: the whole state of a repository, to be compared. */
  async snapshot(repository: string): Promise<Record<string, string>> {
    const tags = await this.tags(repository);
    const entries = await Promise.all(
      tags.map(async (tag) => [tag, (await this.manifest(repository, tag))?.digest ?? 'gone'] as const),
    );
    return Object.fromEntries(entries);
  }

  /** Sorted; empty where there is no such repository. */
  async tags(repository: string): Promise<string[]> {
    const response = await this.#ask('GET', `${repository}/tags/list`);
    if (response.status === 404) return [];
    return (((await response.json()) as { tags: string[] | null }).tags ?? []).sort();
  }

  async repositories(): Promise<string[]> {
    const response = await this.#ask('GET', '_catalog');
    return ((await response.json()) as { repositories: string[] }).repositories.sort();
  }

  async blob(repository: string, digest: string): Promise<Buffer> {
    const response = await this.#ask('GET', `${repository}/blobs/${digest}`);
    if (response.status !== 200) throw new Error(`blob ${repository}@${digest}: ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }

  /** Configuration of an image. */
  async config(repository: string, reference: string): Promise<ImageConfig> {
    const manifest = await this.manifest(repository, reference);
    if (manifest?.config === undefined) throw new Error(`no image ${repository}:${reference}`);
    return JSON.parse((await this.blob(repository, manifest.config)).toString('utf8')) as ImageConfig;
  }

  async deleteBlob(repository: string, digest: string): Promise<void> {
    const { status } = await this.#ask('DELETE', `${repository}/blobs/${digest}`);
    if (status !== 202) throw new Error(`blob ${digest} was not deleted: ${status}`);
  }

  /** Stores bytes as a manifest, whatever they are. @returns status */
  async putManifest(repository: string, tag: string, body: string, mediaType: string): Promise<number> {
    const headers = { 'content-type': mediaType };
    const response = await fetch(`${this.#base}/${repository}/manifests/${tag}`, {
      method: 'PUT',
      headers: { ...this.#headers, ...headers },
      body,
    });
    return response.status;
  }

  #ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.#base}/${path}`, { method, headers: { ...this.#headers, ...headers } });
  }
}

export interface ImageConfig {
  readonly architecture: string;
  readonly os: string;
  readonly config?: { readonly Env?: readonly string[]; readonly Labels?: Readonly<Record<string, string>> };
  readonly history?: readonly { readonly created_by?: string }[];
}
