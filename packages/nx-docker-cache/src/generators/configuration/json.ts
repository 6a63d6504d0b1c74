import type { Tree } from '@nx/devkit';
import { devkit } from '../../devkit';

export type Json = Readonly<Record<string, unknown>>;

/** A JSON object of the workspace, comments allowed; undefined where there is none or it is broken. */
export function jsonAt(tree: Tree, path: string): Json | undefined {
  if (!tree.exists(path)) return undefined;
  try {
    return record(devkit().readJson(tree, path));
  } catch {
    return undefined;
  }
}

/** An object as one; anything else as an empty one. */
export function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
