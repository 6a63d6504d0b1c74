/** What is said of an image for several platforms, by the document that says it. */
export interface AnnotationLevels {
  /** Of one platform's manifest. */
  readonly manifest: Readonly<Record<string, string>>;
  /** Of that platform's line in the index. */
  readonly descriptor: Readonly<Record<string, string>>;
  readonly index: Readonly<Record<string, string>>;
}

/**
 * Keys as buildx takes them: `key`, `index:key`, `manifest[linux/arm64],index:key`. One that names no level is said of
 * each manifest and of the index: registries show the one or the other. An `index-descriptor` stands in OCI layouts
 * alone, which no build here writes.
 */
export function annotationLevels(
  annotations: Readonly<Record<string, string>>,
  platform: string | undefined,
): AnnotationLevels {
  const levels = { manifest: {}, descriptor: {}, index: {} } as Record<
    keyof AnnotationLevels,
    Record<string, string>
  >;
  for (const [text, value] of Object.entries(annotations)) {
    const colon = text.indexOf(':');
    const key = text.slice(colon + 1);
    const named = colon < 0 ? ['manifest', 'index'] : text.slice(0, colon).split(',');
    for (const level of named) {
      const [, type, only] = /^([a-z-]+)(?:\[([^\]]+)\])?$/.exec(level.trim()) ?? [];
      if (only !== undefined && only !== platform) continue;
      if (type === 'manifest') levels.manifest[key] = value;
      if (type === 'manifest-descriptor') levels.descriptor[key] = value;
      if (type === 'index') levels.index[key] = value;
    }
  }
  return levels;
}
