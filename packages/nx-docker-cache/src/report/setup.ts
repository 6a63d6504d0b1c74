/** What `init` has done, or would do. */
export interface SetupReport {
  readonly edits: readonly {
    readonly path: string;
    readonly before: string | undefined;
    readonly added: readonly string[];
  }[];
  readonly kept: readonly string[];
  readonly notes: readonly string[];
}

export function formatSetup({ edits, kept, notes }: SetupReport, dryRun: boolean): string[] {
  const done = edits.map(
    ({ path, before, added }) =>
      `${before === undefined ? 'new    ' : 'changed'}  ${path}: ${added.join(', ')}`,
  );
  return [
    ...(dryRun && edits.length > 0 ? ['Nothing is written (--dry-run).'] : []),
    ...(edits.length === 0 ? ['There is nothing to add.'] : done),
    ...kept.map((text) => `kept     ${text}`),
    ...notes.map((text) => `do       ${text}`),
  ];
}
