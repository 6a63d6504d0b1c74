/** Names of an architecture → the one that images carry, as containerd has it (github.com/containerd/platforms). */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  i386: '386',
  armhf: 'arm/v7',
  armel: 'arm/v6',
};
/** Variants that are the architecture itself. */
const PLAIN: Readonly<Record<string, string>> = {
  'amd64/v1': 'amd64',
  'arm64/v8': 'arm64',
  'arm64/8': 'arm64',
};

/** One name for each platform: `linux/aarch64` and `linux/arm64/v8` are `linux/arm64`. What is no platform stays. */
export function canonicalPlatform(text: string): string {
  const [os = '', architecture = '', ...variant] = text.trim().toLowerCase().split('/');
  if (architecture === '') return text.trim();
  const full = [ARCHITECTURES[architecture] ?? architecture, ...variant].join('/');
  const plain = PLAIN[full] ?? full.replace(/^arm$/, 'arm/v7').replace(/^arm\/(\d)$/, 'arm/v$1');
  return `${os}/${plain}`;
}

/**
 * `linux/amd64,linux/arm64` or a list of such texts → platforms, each once, in the order given. What is no text is told
 * where the option is checked.
 */
export function readPlatforms(value: unknown): string[] {
  const texts = (Array.isArray(value) ? value : [value]).filter((text) => typeof text === 'string');
  return [...new Set(texts.flatMap((text) => text.split(',').map(canonicalPlatform)))];
}
