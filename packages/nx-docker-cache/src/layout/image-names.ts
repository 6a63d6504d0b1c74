import { hasHost, imageComponent, ownNamesValid } from '../plan/names';
import type { Project } from './project';

/**
 * Fills in what is known of a project, as the plan does it. Nx would put the plain name there, and `@acme/api` is no
 * part of an image's name. All other placeholders are left for the run.
 */
export function expandNames(template: string, project: Pick<Project, 'name' | 'root'>): string {
  const { name, root } = project;
  return ownNamesValid(template, project)
    .replaceAll('{projectName}', imageComponent(name))
    .replaceAll('{projectRoot}', imageComponent(root === '.' ? name : root));
}

/** `expandNames` for every text in an option's value. */
export function expandAll<T>(value: T, project: Pick<Project, 'name' | 'root'>): T {
  if (typeof value === 'string') return expandNames(value, project) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => expandAll(item, project)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]: [string, unknown]) => [
    key,
    expandAll(item, project),
  ]);
  return Object.fromEntries(entries) as T;
}

/** Template of an image's name: of a project's second Dockerfile the plain name with what tells it apart. */
export function imageTemplate(image: string | undefined, suffix: string): string {
  const template = image ?? '{projectName}';
  return suffix === '' ? template : `${template}-${suffix.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
}

/** The names without tag under which other Dockerfiles may build on an image: with its registry, and as it is loaded. */
export function imageNames(image: string, { registry }: { readonly registry: string | undefined }): string[] {
  const names =
    registry === undefined || hasHost(image) ? [image] : [`${registry.replace(/\/+$/, '')}/${image}`, image];
  return names.filter((name) => !name.includes('{'));
}

/** A reference split as Docker does it, Docker Hub's own prefixes dropped. */
export function splitReference(reference: string): { name: string; tag: string | undefined } {
  const slash = reference.lastIndexOf('/');
  const colon = reference.indexOf(':', slash + 1);
  const name = colon < 0 ? reference : reference.slice(0, colon);
  return {
    name: name.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, ''),
    tag: colon < 0 ? undefined : reference.slice(colon + 1),
  };
}
