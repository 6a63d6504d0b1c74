/** What the generator writes for one project. */
export interface Recipe {
  /** Text of the Dockerfile. */
  readonly dockerfile: string;
  /** Text of `<Dockerfile>.dockerignore`. */
  readonly ignore: string;
  /** Build context, relative to the workspace root. */
  readonly context: string;
  /** The option `secrets`; empty for most. */
  readonly secrets: readonly string[];
  /** Outputs of other tasks that the Dockerfile copies, relative to the workspace root. */
  readonly outputs: readonly string[];
}

/** Paragraphs of lines as a file's text: one blank line between them, empty ones left out. */
export function fileText(...paragraphs: readonly (readonly (string | undefined)[])[]): string {
  const written = paragraphs
    .map((lines) => lines.filter((line) => line !== undefined))
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'));
  return `${written.join('\n\n')}\n`;
}

/** Comment lines. */
export function comment(...lines: readonly string[]): string[] {
  return lines.map((line) => `# ${line}`);
}

/** The JSON form of CMD: no shell in between, so that signals arrive. */
export function command(...words: readonly string[]): string {
  return `CMD [${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}

export function exposed(port: number | undefined): string | undefined {
  return port === undefined ? undefined : `EXPOSE ${port}`;
}
