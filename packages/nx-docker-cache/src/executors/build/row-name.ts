interface Target {
  readonly project: string;
  readonly target: string;
}

/** What a build is called in the table of its batch: its project, and its target where the batch has others of that. */
export function rowName({ project, target }: Target, batch: readonly { readonly target: Target }[]): string {
  const isOther = (one: Target): boolean => one.project === project && one.target !== target;
  return batch.some((task) => isOther(task.target)) ? `${project}:${target}` : project;
}
