import type { RawEnvironment } from './service-schema';

/** Variables by name; undefined: the value that this machine has. */
export function environment(raw: RawEnvironment): Map<string, string | undefined> {
  if (!Array.isArray(raw)) {
    return new Map(
      Object.entries(raw).map(([name, value]) => [name, value === null ? undefined : String(value)]),
    );
  }
  return new Map(
    raw.map((entry) => {
      const equals = entry.indexOf('=');
      return equals < 0 ? [entry, undefined] : [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}
