import { DockerCacheError, suggest } from '../errors';

/** Values by placeholder name; undefined: known name, but there is no value here. */
export type TemplateValues = Readonly<Record<string, string | undefined>>;

/**
 * Replaces `{name}` by its value; `{env.NAME}` reads the environment. `{{name}}` stands for `{name}`; braces
 * around anything but a name stay, so that JSON can be an argument.
 * @param where the option, for the error
 * @throws DockerCacheError INVALID_TEMPLATE for an unknown name, NO_GIT for a commit or branch without git
 */
export function expand(template: string, values: TemplateValues, env: TemplateValues, where: string): string {
  return template.replace(
    /\{(\{[A-Za-z][\w.]*\})\}|\{([A-Za-z][\w.]*)\}/g,
    (match, plain?: string, name?: string) => {
      if (name === undefined) return plain ?? match;
      const fromEnv = name.startsWith('env.') ? name.slice('env.'.length) : undefined;
      if (fromEnv === undefined && !Object.hasOwn(values, name)) {
        const near = suggest(name, Object.keys(values));
        throw new DockerCacheError({
          code: 'INVALID_TEMPLATE',
          message: `${where} names a placeholder that does not exist`,
          expected: `one of ${Object.keys(values)
            .map((key) => `{${key}}`)
            .join(', ')} or {env.NAME}`,
          found: `{${name}} in ${template}`,
          hint:
            near === undefined
              ? `Correct the name; write {{${name}}} where the braces are meant.`
              : `Did you mean {${near}}?`,
        });
      }
      const value = fromEnv === undefined ? values[name] : env[fromEnv];
      if (value === undefined || value === '') throw missing(name, fromEnv, template, where);
      return value;
    },
  );
}

/** Names of a template's placeholders, without the environment's. */
export function placeholders(template: string): string[] {
  return [...template.matchAll(/\{([A-Za-z][\w.]*)\}/g)]
    .map((match) => match[1] ?? '')
    .filter((name) => !name.startsWith('env.'));
}

/** Names of environment variables that a template reads. */
export function environmentNames(template: string): string[] {
  return [...template.matchAll(/\{env\.([^{}]+)\}/g)].map((match) => match[1] ?? '');
}

function missing(name: string, env: string | undefined, template: string, where: string): DockerCacheError {
  if (env !== undefined) {
    return new DockerCacheError({
      code: 'INVALID_TEMPLATE',
      message: `${where} reads the environment variable ${env}, which is not set`,
      expected: `a value in ${env}`,
      found: 'nothing',
      hint: `Set ${env}, or write the value into the option.`,
    });
  }
  const git = ['branch', 'sha', 'shortSha', 'scope'].includes(name);
  return new DockerCacheError({
    code: git ? 'NO_GIT' : 'INVALID_TEMPLATE',
    message: `${where} needs {${name}}, which is not known here`,
    expected: git
      ? 'a git work tree with a commit, or a CI service that names one'
      : `a build that has a ${name}`,
    found: `no ${name} (template ${template})`,
    hint: git
      ? 'Run inside a git repository with at least one commit (`git status` says what git has against this one), or set the option `tags` to fixed texts.'
      : `Leave {${name}} out of the template.`,
  });
}
