import { posix } from 'node:path';
import { contextUses } from '../dockerfile';
import { isInside } from '../layout/paths';
import { ownCause, type Owners } from './owner';
import type { Reasons } from './reasons';
import type { SourceQuestion } from './sources';

export interface ContextsQuestion extends Owners, Pick<SourceQuestion, 'files' | 'targets' | 'changed'> {
  readonly buildContexts: Readonly<Record<string, string>>;
}

/** Changed files in folders that are named build contexts. Which of them an instruction reads is not looked at. */
export function addContexts(question: ContextsQuestion, reasons: Reasons): void {
  const { files, targets, changed, buildContexts } = question;
  const folders = Object.entries(buildContexts).flatMap(([name, value]) => {
    const folder = folderOf(value);
    return folder === undefined ? [] : [{ name, folder }];
  });
  if (folders.length === 0) return;
  const uses = contextUses(files.parsed, targets);
  for (const { name, folder } of folders) {
    const line = uses.find((use) => use.name === name)?.line;
    const at = `the build context ${name}${line === undefined ? '' : ` at line ${line}`}`;
    for (const path of changed) {
      // `.` is the workspace; what lies outside of it is another folder.
      const inside = folder === '.' ? !path.startsWith('..') : isInside(path, folder);
      if (inside) reasons.add(ownCause(path, at, line, question), path);
    }
  }
}

/** Relative to the workspace root, as buildx is told; undefined for what is no folder of a checkout. */
function folderOf(value: string): string | undefined {
  const layout = /^oci-layout:\/\/([^:@]+)/.exec(value)?.[1];
  if (layout === undefined && /^[a-z][a-z-]*:/i.test(value)) return undefined;
  const folder = posix.normalize(layout ?? value).replace(/(.)\/$/, '$1');
  return folder.startsWith('/') ? undefined : folder;
}
