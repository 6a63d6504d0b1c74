#!/usr/bin/env node
/** The command line. Owns exit codes: 0 done · 1 failed · 2 wrong usage or input · 130 interrupted; `run` has the task's. */
import { DockerCacheError, formatError, suggest } from '../errors';
// The build makes every import lazy: a command loads what it needs and no more.
import { affectedCommand } from './commands/affected';
import { buildCommand } from './commands/build';
import { initCommand } from './commands/init';
import { inspectCommand } from './commands/inspect';
import { matrixCommand } from './commands/matrix';
import { planCommand } from './commands/plan';
import { publishCommand } from './commands/publish';
import { runCommand } from './commands/run';
import { exitCodeOf } from './exit-code';
import { HELP, VERSION_FLAGS } from './help';
import { version } from './version';

const COMMANDS = ['build', 'plan', 'publish', 'inspect', 'affected', 'matrix', 'run', 'init'] as const;
async function main(argv: readonly string[]): Promise<number> {
  const [verb, ...rest] = argv;
  if (verb === undefined || verb === '--help' || verb === '-h' || verb === 'help') {
    process.stdout.write(HELP);
    return verb === undefined ? 2 : 0;
  }
  if (VERSION_FLAGS.includes(verb)) {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const own = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (own.includes('--help') || own.includes('-h')) {
    process.stdout.write(HELP);
    return 0;
  }
  switch (verb) {
    case 'build':
      return buildCommand(rest);
    case 'plan':
      return planCommand(rest);
    case 'publish':
      return publishCommand(rest);
    case 'inspect':
      return inspectCommand(rest);
    case 'affected':
      return affectedCommand(rest);
    case 'matrix':
      return matrixCommand(rest);
    case 'run':
      return runCommand(rest);
    case 'init':
      return initCommand(rest);
    default: {
      const near = suggest(verb, COMMANDS);
      throw new DockerCacheError({
        code: 'USAGE',
        message: `there is no command ${JSON.stringify(verb)}`,
        expected: `one of ${COMMANDS.join(', ')}`,
        found: JSON.stringify(verb),
        hint: near === undefined ? 'nx-docker-cache --help lists the commands.' : `Did you mean ${near}?`,
      });
    }
  }
}

// `nx-docker-cache build --all | head`: what is left to say has no reader any more, and the work goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// What ends before it is done, as nothing is left that it could wait for, has not succeeded.
process.exitCode = 1;
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${formatError(error)}\n`);
    process.exitCode = error instanceof DockerCacheError ? exitCodeOf([error.code]) : 1;
  },
);
