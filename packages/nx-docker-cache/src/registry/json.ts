import type { z } from 'zod';
import { RegistryError } from './error';
import { oneLine } from './redact';

/** The value in these bytes, undefined where they are not JSON in UTF-8. */
export function decodeJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/**
 * Reads a JSON answer.
 * @param what subject of the message, for instance `the list of tags`
 * @throws RegistryError `invalid-response`, naming the first field that is wrong
 */
export function parseJson<T extends z.ZodType>(schema: T, bytes: Uint8Array, what: string): z.output<T> {
  const value = decodeJson(bytes);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  const found =
    value === undefined ? `no JSON: ${oneLine(new TextDecoder().decode(bytes.subarray(0, 80)))}` : undefined;
  throw new RegistryError({
    reason: 'invalid-response',
    message: `The registry's answer for ${what} cannot be read: ${found ?? `${issue?.message ?? 'unknown shape'}${path}`}.`,
    found: found ?? `${issue?.message ?? 'unknown shape'}${path}`,
    hint: 'Is this address a registry, and is no login page or proxy answering in its place?',
  });
}
