import { DockerCacheError } from '../../errors';
import type { PlannedService, ServiceOptions } from '../../model/task';
import { interrupted } from './image';
import type { TaskPorts } from './ports';

/**
 * The image of each service as it is now, by name of the service: by digest, or by its id where the engine alone has it.
 * @throws DockerCacheError NO_IMAGE
 */
export async function serviceImages(
  services: readonly ServiceOptions[],
  ports: Pick<TaskPorts, 'imageDigests' | 'engine'>,
): Promise<ReadonlyMap<string, string>> {
  return new Map(
    await Promise.all(
      services.map(async (service) => [service.name, await imageOf(service, ports)] as const),
    ),
  );
}

async function imageOf(
  { name, image }: ServiceOptions,
  { imageDigests, engine }: Pick<TaskPorts, 'imageDigests' | 'engine'>,
): Promise<string> {
  if (image.includes('@')) return image;
  const resolved = await imageDigests.resolve(image);
  if ('digest' in resolved) return `${image.replace(/:[^:/]*$/, '')}@${resolved.digest}`;
  // Built on this machine, or a registry that does not answer.
  const id = await engine.imageId(image);
  if (id !== undefined) return id;
  throw noImage(name, image, resolved.problem);
}

/** Puts them into the engine. @throws DockerCacheError NO_IMAGE, INTERRUPTED */
export async function obtainServices(
  services: readonly PlannedService[],
  ports: TaskPorts,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    services.map(async ({ name, image, reference }) => {
      if ((await ports.engine.imageId(reference)) !== undefined) return;
      ports.logger.line(`pulling ${reference}`);
      const problem = await ports.containers.pull(reference, signal);
      if (signal.aborted) throw interrupted();
      if (problem !== undefined) throw noImage(name, image, problem);
    }),
  );
}

function noImage(name: string, image: string, found: string): DockerCacheError {
  return new DockerCacheError({
    code: 'NO_IMAGE',
    message: `the image of the service ${name} cannot be had`,
    expected: `${image} in its registry, or in this engine`,
    found,
    hint: 'Correct `services`, or log in to the registry.',
  });
}
