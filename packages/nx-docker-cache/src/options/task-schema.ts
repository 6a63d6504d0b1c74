/** The options of stage tasks as a user writes them. Names are docker's. */
import { z } from 'zod';
import { environmentSchema, servicesSchema } from './service-schema';
import { sharedPlaces } from './task-places';

const text = z.string().trim().min(1);
const texts = z.union([text, z.array(text)]);

const outputSchema = z.union([
  text.describe('Path relative to the working directory; it gets the same place in the project folder.'),
  z.strictObject({
    from: text.describe('Path in the container, relative to the working directory or absolute.'),
    to: text.describe('Place in the workspace, relative to the project folder.'),
  }),
]);

const commandSchema = z
  .union([text, z.array(z.string()).min(1)])
  .describe('Command: a text is run by `sh -c`, a list is run as it is.');

/** All but the stage and the build target, which several tasks may share. */
export const taskShape = {
  command: commandSchema,
  entrypoint: z
    .boolean()
    .optional()
    .describe("Run the command through the image's ENTRYPOINT. Default: false, the command alone."),
  env: environmentSchema
    .optional()
    .describe(
      'Environment: `{NAME: value}` or `["NAME=value"]`; `null`, or a name alone, takes the value that this machine has.',
    ),
  envFile: texts.optional().describe('Files of `NAME=value` lines, relative to the workspace root.'),
  workdir: text.optional().describe("Working directory, absolute. Default: the image's."),
  user: z
    .union([text, z.int().nonnegative()])
    .optional()
    .describe("User, `name` or `uid:gid`. Default: the image's."),
  network: text
    .optional()
    .describe('Network, for instance `none`, `host`, or one that services listen in by name.'),
  services: servicesSchema.optional(),
  volumes: texts.optional().describe('Volumes and bind mounts, `source:/target[:ro]`.'),
  tmpfs: texts.optional().describe('Folders that live in memory, `/path[:options]`.'),
  memory: z.union([text, z.int().positive()]).optional().describe('Memory limit, for instance `2g`.'),
  cpus: z.union([text, z.number().positive()]).optional().describe('CPU limit, for instance 1.5.'),
  timeout: z
    .number()
    .positive()
    // A timer holds no more than 2^31 ms.
    .max(24 * 86_400)
    .optional()
    .describe('Seconds after which the task is ended, and has failed; 24 days at most.'),
  outputs: z
    .union([text, z.array(outputSchema)])
    .optional()
    .describe('Results that are copied into the workspace, also when the command failed.'),
  skip: z
    .boolean()
    .optional()
    .describe('Whether a task that has passed over the same content is not run again (default: true).'),
  record: z
    .boolean()
    .optional()
    .describe(
      'Whether a pass is recorded. Default: where the task reads nothing but the stage; true: with volumes and networks too, whatever is in them.',
    ),
};

function outputsOf<Outputs>(task: string | { readonly outputs?: Outputs }): Outputs | undefined {
  return typeof task === 'string' ? undefined : task.outputs;
}

/** Tasks of a project by name: what they have in common stands beside them. */
export const tasksShape = {
  stage: text.optional().describe('Stage that the tasks run in, where they name none of their own.'),
  tasks: z
    .record(
      z.string().regex(/^[A-Za-z0-9][\w.-]*$/, 'expected a name of letters, digits, _ . and -'),
      z.union([text, z.strictObject({ stage: text.optional(), ...taskShape })]),
    )
    .superRefine((tasks, context) => {
      const outputs = Object.entries(tasks).map(([name, task]) => [name, outputsOf(task)] as const);
      for (const { task, message } of sharedPlaces(Object.fromEntries(outputs)))
        context.addIssue({ code: 'custom', path: [task, 'outputs'], message });
    })
    .optional()
    .describe(
      'Commands that run in a built stage, as targets `docker-<name>`: a text, or options of `nx-docker-cache:run`.',
    ),
};

export const runSchema = z
  .strictObject({
    stage: text.describe('Stage of the Dockerfile that the command runs in, by name.'),
    ...taskShape,
    buildTarget: text
      .optional()
      .describe("Target of the project that builds the image. Default: the project's `docker-build`."),
  })
  .meta({
    title: 'nx-docker-cache:run',
    description: 'Runs a command in the image of a built stage, found by digest on any agent.',
  });

export type RawRunOptions = z.infer<typeof runSchema>;
