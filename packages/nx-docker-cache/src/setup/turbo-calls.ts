/** Does a script name Turborepo? As it looks for itself in scripts of the root, and refuses a run of those. */
export function namesTurbo(script: string): boolean {
  return /(?:^|[\s/])turbo(?:[\s:@]|$)/.test(script);
}

/**
 * Does a script have Turborepo run a task? In a package Turborepo does not look, and a script may well ask it for something
 * else (`turbo prune web --docker`, `turbo run codegen`); one that asks for its own task starts itself without end.
 * @param names of the task: `docker-build`, `@acme/web#docker-build`
 */
export function runsThroughTurbo(script: string, names: readonly string[]): boolean {
  return commandsOf(script).some((words) => {
    const called = words.findIndex((word) => /^(?:.*\/)?turbo(?:@.*)?$/.test(word));
    if (called === -1) return false;
    const passedOn = words.indexOf('--', called);
    const given = words.slice(called + 1, passedOn === -1 ? undefined : passedOn);
    const subcommand = given.find((word) => RUNS.has(word) || ASKS.has(word));
    return !ASKS.has(subcommand ?? 'run') && given.some((word) => names.includes(word));
  });
}

/** Subcommands that run tasks; without any, tasks run as well. */
const RUNS = new Set(['run', 'watch']);

/** Those that take names of packages or generators, and run no task. */
const ASKS = new Set(['prune', 'ls', 'query', 'generate', 'gen']);

/** The words of each command, without quotes: what `sh -c '…'` is given counts too. */
function commandsOf(script: string): string[][] {
  const commands = script.replace(/['"]/g, '').split(/[;|\n()`]|(?<![<>])&/);
  return commands.map((command) => command.split(/[\s<>]+/).filter((word) => word !== ''));
}
