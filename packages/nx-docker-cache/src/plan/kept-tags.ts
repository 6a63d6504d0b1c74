/** Tags of ours, beside the images that they speak of: nothing else may be called so. */
export const KEPT = /^(?:(?:cache|key|part|task|times-)-|no-cache-manifests$)/;

/** true for tags that hold caches and keys. */
export function isKept(tag: string): boolean {
  return KEPT.test(tag);
}

/**
 * What stands before the tags of a stage's image. A stage called `cache` would get `cache-main`, which holds the layers
 * of the branch main.
 */
export function stagePrefix(stage: string): string {
  return isKept(`${stage}-`) ? `stage-${stage}-` : `${stage}-`;
}
