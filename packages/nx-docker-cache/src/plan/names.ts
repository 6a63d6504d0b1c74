import { DockerCacheError } from '../errors';
import { shortHash, slug } from './slug';

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const HOST =
  /^(?:localhost|[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+|\[[0-9a-fA-F:]+\]|[a-zA-Z0-9-]+(?=:))(?::\d{1,5})?$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/**
 * Refuses names that could leave a folder or be taken for a flag; everything else only has to become a
 * valid reference, which `imageComponent` does.
 * @throws DockerCacheError INVALID_PROJECT_NAME
 */
export function checkProjectName(name: string): void {
  const segments = name.split('/');
  const safe = /^[\p{L}\p{N}@._~/:+-]+$/u.test(name) && !/^[-./:]/.test(name);
  if (safe && segments.every((segment) => segment !== '' && segment !== '..' && segment !== '.')) return;
  throw new DockerCacheError({
    code: 'INVALID_PROJECT_NAME',
    message: 'the project has a name that no image, folder or tag can safely carry',
    expected:
      'letters, digits and @ . _ ~ / : + -, starting with a letter, a digit or @, and no `..` segment',
    found: JSON.stringify(name),
    hint: 'Rename the project (`name` in project.json or package.json).',
  });
}

/** A project's name as part of a repository: `@acme/api` → `acme/api`; a lossy change appends a hash. */
export function imageComponent(projectName: string): string {
  const unscoped = projectName.replace(/^@/, '');
  const parts = unscoped.split('/');
  if (parts.every((part) => COMPONENT.test(part))) return unscoped;
  const clean = unscoped
    .toLowerCase()
    .split('/')
    .map((part) => part.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, ''))
    .filter((part) => part !== '')
    .join('/');
  return clean === '' ? `project-${shortHash(projectName)}` : `${clean}-${shortHash(projectName)}`;
}

/**
 * Nx fills in `{projectName}` and `{projectRoot}` of a project.json by itself, before we see the option. Makes of what
 * it wrote there what the placeholders give, where that is certain: an @ followed by a name is part of no reference.
 */
export function ownNamesValid(
  text: string,
  { name, root }: { readonly name: string; readonly root: string },
): string {
  return [name, root]
    .filter((own) => own.includes('@'))
    .sort((left, right) => right.length - left.length)
    .reduce((valid, own) => valid.replaceAll(own, imageComponent(own)), text);
}

/** A project's name as folders below `.nx-docker-cache`; scoped names keep their two levels. */
export function projectFolder(projectName: string): string {
  return projectName
    .split('/')
    .map((part) => (/^@?[A-Za-z0-9._-]+$/.test(part) ? part : slug(part, 60)))
    .join('/');
}

/** true where the first component of an image name is a registry host. */
export function hasHost(image: string): boolean {
  const slash = image.indexOf('/');
  return slash > 0 && HOST.test(image.slice(0, slash));
}

/** @throws DockerCacheError INVALID_REFERENCE */
export function checkImage(image: string, where: string): string {
  const slash = image.indexOf('/');
  const path = hasHost(image) ? image.slice(slash + 1) : image;
  const valid = path !== '' && path.split('/').every((part) => COMPONENT.test(part)) && path.length <= 255;
  if (valid) return image;
  throw new DockerCacheError({
    code: 'INVALID_REFERENCE',
    message: `${where} does not give a valid image name`,
    expected:
      '[host[:port]/]path, the path of lower-case letters, digits and single . _ - between them, without a tag',
    found: image,
    hint: 'Tags go into `tags`, the registry into `registry`; correct the option.',
  });
}

/** @throws DockerCacheError INVALID_REFERENCE */
export function checkRegistry(registry: string): string {
  const slash = registry.indexOf('/');
  const host = slash < 0 ? registry : registry.slice(0, slash);
  const path = slash < 0 ? [] : registry.slice(slash + 1).split('/');
  if (HOST.test(host) && path.every((part) => COMPONENT.test(part))) return registry;
  throw new DockerCacheError({
    code: 'INVALID_REFERENCE',
    message: 'the option `registry` does not name a registry',
    expected: 'host[:port][/path], for instance ghcr.io/acme or localhost:5000',
    found: registry,
    hint: HOST.test(host)
      ? 'What follows the host is lower-case letters, digits and single . _ - between them, as in all names of images.'
      : 'A host needs a dot, a port or the name localhost; write docker.io/<account> for Docker Hub.',
  });
}

/** @throws DockerCacheError INVALID_REFERENCE */
export function checkTag(tag: string, where: string): string {
  if (TAG.test(tag)) return tag;
  throw new DockerCacheError({
    code: 'INVALID_REFERENCE',
    message: `${where} does not give a valid tag`,
    expected: '1 to 128 of A-Z a-z 0-9 _ . - with a letter, digit or _ first',
    found: tag,
    hint: 'Correct the template; {scope} and {branch} are made valid by themselves.',
  });
}
