/** Where docker says what is wrong; not its advice to read its help. undefined where it said nothing. */
export function lastLine(stderr: string): string | undefined {
  return stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(Run|See) 'docker /.test(line))
    .at(-1)
    ?.replace(/^ERROR: /, '');
}
