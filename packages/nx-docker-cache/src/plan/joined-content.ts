import { createHash } from 'node:crypto';
import type { ContentKey } from '../model/content';

export interface PlatformContent {
  readonly platform: string;
  readonly content: ContentKey;
}

/**
 * What an image for several platforms reads: the keys of its platforms, and what is said of the index alone. One that
 * cannot be proven is an obstacle for all.
 * @param annotations of the index
 */
export function joinedContent(
  parts: readonly PlatformContent[],
  annotations: Readonly<Record<string, string>>,
): ContentKey {
  const keys = parts.map(({ platform, content }) => [platform, content.key]).sort(byFirst);
  const all = parts.map(({ content }) => content);
  const inputs = unique(all.flatMap((content) => content.inputs));
  return {
    key: sha256([keys, Object.entries(annotations).sort(byFirst)]),
    inputs: inputs.sort((left, right) => left.line - right.line),
    obstacles: unique(all.flatMap(({ obstacles }) => obstacles)),
    images: unique(all.flatMap(({ images }) => images)),
    changed: Math.max(...all.map(({ changed }) => changed)),
  };
}

function byFirst([left = '']: readonly string[], [right = '']: readonly string[]): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
