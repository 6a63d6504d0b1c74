import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { PlannedTaskOutput, TaskRecord } from '../../model/task';
import type { RegistryPort } from '../../ports/registry';
import type { ResultPlacesPort } from '../../ports/results';
import type { StoredTask, TaskRecordPort } from '../../ports/task-records';
import {
  CONFIG_TYPE,
  LOG_TYPE,
  MANIFEST_TYPE,
  manifestOf,
  parseRecord,
  RESULTS_TYPE,
  type Blob,
} from './artifact';
import { pack } from './pack';
import { unpack } from './unpack';

type Registry = Pick<RegistryPort, 'getManifest' | 'getBlob' | 'uploadBlob' | 'putManifest'>;

/** Bytes of a record's parts that are taken into memory. */
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_LOG = 64 * 1024 * 1024;
const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Records of tasks in a registry. */
export class TaskRecords implements TaskRecordPort {
  readonly #registry: () => Registry;
  readonly #root: string;
  readonly #places: ResultPlacesPort;

  /** @param root absolute path of the workspace */
  constructor(registry: () => Registry, root: string, places: ResultPlacesPort) {
    this.#places = places;
    this.#registry = registry;
    this.#root = root;
  }

  async restore(reference: string, key: string, outputs: readonly PlannedTaskOutput[]): Promise<StoredTask> {
    const registry = this.#registry();
    const { manifest } = await registry.getManifest(reference);
    if (manifest.kind !== 'image' || manifest.config.mediaType !== CONFIG_TYPE)
      throw new Error('it is no record');
    const blob = (digest: string): Promise<Uint8Array> =>
      registry.getBlob(reference.replace(/@.*$/, `@${digest}`), { maxBytes: MAX_BYTES });
    const record = parseRecord(await blob(manifest.config.digest));
    if (record.key !== key) throw new Error('it is the record of another task');
    const layer = (type: string): string | undefined =>
      manifest.layers.find(({ mediaType }) => mediaType === type)?.digest;
    const [log, results] = [layer(LOG_TYPE), layer(RESULTS_TYPE)];
    if (log === undefined) throw new Error('it has no log');
    const [text, archive] = await Promise.all([blob(log), results === undefined ? undefined : blob(results)]);
    const printed = await decompress(text, { maxOutputLength: MAX_LOG });
    const { kept, problems } = await this.#places.clear(
      outputs.filter(({ replaced }) => replaced).map(({ to }) => to),
    );
    // What stays there would pass for results of this content.
    if (problems.length > 0) throw new Error(problems[0]);
    if (archive === undefined) return { record, log: printed, restored: [], kept };
    const places = outputs.map(({ to }) => to);
    const { paths, refused } = await unpack(Readable.from([archive]), { root: this.#root, places });
    if (refused.length > 0) throw new Error(`not all of its results can be put back (${refused[0]})`);
    return { record, log: printed, restored: paths, kept };
  }

  async leave(
    reference: string,
    record: TaskRecord,
    log: Uint8Array,
    paths: readonly string[],
  ): Promise<void> {
    const repository = reference.replace(/:[^:/]+$/, '');
    const config = Buffer.from(JSON.stringify(record));
    const [printed, results] = await Promise.all([
      compress(log),
      paths.length === 0 ? undefined : pack(this.#root, paths),
    ]);
    const [configBlob, ...layers] = await Promise.all([
      this.#upload(repository, config, CONFIG_TYPE),
      this.#upload(repository, printed, LOG_TYPE),
      ...(results === undefined ? [] : [this.#upload(repository, results, RESULTS_TYPE)]),
    ]);
    const manifest = { bytes: manifestOf(configBlob, layers), mediaType: MANIFEST_TYPE };
    await this.#registry().putManifest(reference, manifest);
  }

  async #upload(repository: string, bytes: Uint8Array, mediaType: string): Promise<Blob> {
    const digest = await this.#registry().uploadBlob(repository, bytes);
    return { mediaType, digest, size: bytes.byteLength };
  }
}
