import { DockerCacheError, suggest } from '../../errors';

/** Values by name: a text, or what makes one of a format and a time zone (`date`). */
export type Expressions = Readonly<Record<string, string | ((format: string, zone: string) => string)>>;

const EXPRESSION = /\{\{([^{}]*)\}\}/g;
const CALL = /^([A-Za-z_]\w*)(?:\s+(?:'([^']*)'|"([^"]*)"))?(?:\s+tz=(?:'([^']*)'|"([^"]*)"))?$/;

/**
 * Replaces `{{name}}` and `{{date 'YYYYMMDD' tz='UTC'}}`, the expressions of docker/metadata-action. A name without
 * a value here gives nothing.
 * @throws DockerCacheError INVALID_TEMPLATE
 */
export function expandExpressions(template: string, values: Expressions, where: string): string {
  return template.replace(EXPRESSION, (match, inner: string) => {
    const call = CALL.exec(inner.trim());
    const name = call?.[1] ?? '';
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (call === null || value === undefined) throw unknown(match, name, template, values, where);
    const format = call[2] ?? call[3];
    if (typeof value === 'string') {
      if (format === undefined) return value;
      throw malformed(match, template, `{{${name}}}`, where);
    }
    if (format === undefined) throw malformed(match, template, `{{${name} 'YYYYMMDD'}}`, where);
    return value(format, call[4] ?? call[5] ?? 'UTC');
  });
}

/** Names that a template's expressions have. */
export function expressionNames(template: string): string[] {
  return [...template.matchAll(EXPRESSION)].map((match) => CALL.exec(match[1]!.trim())?.[1] ?? '');
}

function unknown(
  match: string,
  name: string,
  template: string,
  values: Expressions,
  where: string,
): DockerCacheError {
  const near = suggest(name, Object.keys(values));
  return new DockerCacheError({
    code: 'INVALID_TEMPLATE',
    message: `${where} has an expression that does not exist`,
    expected: `one of ${Object.keys(values)
      .map((key) => `{{${key}}}`)
      .join(', ')}`,
    found: `${match} in ${template}`,
    hint: near === undefined ? 'Correct the name.' : `Did you mean {{${near}}}?`,
  });
}

function malformed(match: string, template: string, expected: string, where: string): DockerCacheError {
  return new DockerCacheError({
    code: 'INVALID_TEMPLATE',
    message: `${where} has an expression that cannot be read`,
    expected,
    found: `${match} in ${template}`,
    hint: 'Correct the expression.',
  });
}
