/** Bytes of output that a record keeps. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Shorter values stand in every other line by chance. */
const MASKED_LENGTH = 6;

/** A text with values replaced by ***. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  return (
    secrets
      .filter((secret) => secret.length >= MASKED_LENGTH)
      // A secret may be a part of a longer one.
      .sort((left, right) => right.length - left.length)
      .reduce((shown, secret) => shown.replaceAll(secret, '***'), text)
  );
}

/** What a task printed, as far as a record keeps it. */
export class TaskLog {
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #lost = 0;

  add(chunk: Uint8Array): void {
    const kept = chunk.subarray(0, Math.max(0, MAX_BYTES - this.#bytes));
    if (kept.byteLength > 0) this.#chunks.push(kept);
    this.#bytes += kept.byteLength;
    this.#lost += chunk.byteLength - kept.byteLength;
  }

  /** @param secrets values that are replaced by ***, for the log of a record is read by more people than a terminal */
  bytes(secrets: readonly string[]): Uint8Array {
    const text = new TextDecoder().decode(this.#joined());
    const note = this.#lost === 0 ? '' : `\n… ${this.#lost} more bytes were not recorded\n`;
    return new TextEncoder().encode(maskSecrets(text, secrets) + note);
  }

  #joined(): Uint8Array {
    const all = new Uint8Array(this.#bytes);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.byteLength;
    }
    return all;
  }
}
