import { contextUses } from '../dockerfile';
import { contextFolder } from '../layout/context-folder';
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
    const folder = contextFolder(value);
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
