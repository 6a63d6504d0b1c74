import { consumedArgs, reachableStages } from '../dockerfile';
import type { Dockerfile } from '../model/dockerfile';
import type { KeyInput } from './content-key';
import { says } from './key-words';

/** Changes whenever the meaning of a key changes, so that old keys are never taken for new ones. */
const FORMAT = 4;

/** What the options and the environment add, as far as it reaches the image. */
export function settings(input: Omit<KeyInput, 'images' | 'snapshot'>): unknown {
  const { parsed, target, options, platforms } = input;
  const consumed = new Set(consumedArgs(parsed, target));
  const reached = reachableStages(parsed, target);
  const matters = (name: string): boolean =>
    consumed.has(name) ||
    STEERING.test(name) ||
    // A FROM may name it without a global ARG.
    (PREDECLARED.test(name) && says(parsed, reached, new RegExp(name)));
  return {
    format: FORMAT,
    args: sorted(input.buildArgs, matters),
    globals: parsed.globalArgs
      .filter(({ name }) => consumed.has(name))
      .map(({ name, defaultValue }) => [name, defaultValue ?? null]),
    // ARG TARGETSTAGE holds the name; nothing else depends on it.
    stage: consumed.has('TARGETSTAGE') ? (reached.at(-1)?.name ?? null) : null,
    contexts: sorted(options.buildContexts),
    labels: sorted(input.labels),
    annotations: sorted(input.annotations),
    platforms: [...platforms].sort(),
    builder: dependsOnBuilder(parsed, target, platforms) ? input.builderPlatform : null,
    directives: [parsed.directives.escape ?? null, parsed.directives.check ?? null],
    secrets: options.secrets.map(({ id }) => id).sort(),
    ssh: options.ssh.map((entry) => entry.split('=')[0]).sort(),
    network: options.network ?? null,
    addHosts: [...options.addHosts].sort(),
    shmSize: options.shmSize ?? null,
    ulimits: [...options.ulimits].sort(),
    allow: [...options.allow].sort(),
    compression: options.cache.compression ?? null,
    provenance: options.provenance ?? null,
    sbom: options.sbom ?? null,
  };
}

/** Build args that steer BuildKit, whatever the Dockerfile says. */
const STEERING = /^(?:BUILDKIT_.*|SOURCE_DATE_EPOCH)$/;
/** Build args that take the place of what BuildKit declares itself. */
const PREDECLARED = /^(?:(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT|OSVERSION)|TARGETSTAGE)$/;

/** Whether the build's own platform is a part of the key. */
export function dependsOnBuilder(
  parsed: Dockerfile,
  target: string | undefined,
  platforms: readonly string[],
): boolean {
  return platforms.length === 0 || says(parsed, reachableStages(parsed, target), BUILDERS_OWN);
}

const BUILDERS_OWN = /BUILD(PLATFORM|OS|ARCH|VARIANT|OSVERSION)/;

function sorted(
  record: Readonly<Record<string, string>>,
  keep: (name: string) => boolean = () => true,
): [string, string][] {
  return Object.entries(record)
    .filter(([name]) => keep(name))
    .sort(([left], [right]) => (left < right ? -1 : 1));
}
