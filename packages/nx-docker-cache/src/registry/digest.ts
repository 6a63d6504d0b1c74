import { createHash } from 'node:crypto';
import { RegistryError } from './error';

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** The two algorithms that the image spec registers (descriptor.md#registered-algorithms). */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

export function digestOf(bytes: Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/**
 * Refuses bytes that are not the ones asked for.
 * @throws RegistryError `invalid-response`
 */
export function verifyDigest(bytes: Uint8Array, expected: string, what: string): void {
  const found = digestOf(bytes, expected.startsWith('sha512:') ? 'sha512' : 'sha256');
  if (found === expected) return;
  throw new RegistryError({
    reason: 'invalid-response',
    message: `The registry's answer for ${what} has another digest than it should: expected ${expected}, found ${found}.`,
    expected,
    found,
    hint: 'A proxy or mirror in between may have changed the content; ask the registry directly.',
  });
}
