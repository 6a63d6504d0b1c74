import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * One archive that the machine's own apt uses.
 * @typedef {{uri: string, suites: string[], components: string[], options: Record<string, string>}} Source
 */

/** deb822 stanzas (`*.sources`). @returns {Source[]} */
export function parseDeb822(text) {
  return text.split(/\n[ \t]*\n/).flatMap((stanza) => {
    const fields = {};
    let last;
    for (const line of stanza.split('\n')) {
      if (line.startsWith('#')) continue;
      const field = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
      if (field) fields[(last = field[1].toLowerCase())] = field[2].trim();
      else if (last && /^\s/.test(line)) fields[last] += `\n${line.trim()}`;
    }
    const words = (name) => (fields[name] ?? '').split(/\s+/).filter(Boolean);
    if (!words('types').includes('deb') || /^(no|false|0)$/i.test(fields.enabled ?? '')) return [];
    const options = {};
    // An inline key has lines; it cannot go on one line, and the archive keyring serves instead.
    if (fields['signed-by'] && !fields['signed-by'].includes('\n'))
      options['signed-by'] = fields['signed-by'];
    if (fields.trusted) options.trusted = fields.trusted;
    return words('uris').map((uri) => ({
      uri,
      suites: words('suites'),
      components: words('components'),
      options,
    }));
  });
}

/** One-line entries (`*.list`). @returns {Source[]} */
export function parseOneLine(text) {
  return text.split('\n').flatMap((line) => {
    const entry = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line);
    if (!entry) return [];
    const options = Object.fromEntries(
      (entry[1] ?? '')
        .trim()
        .split(/\s+/)
        .filter(Boolean)
        .map((pair) => pair.split('=', 2)),
    );
    delete options.arch;
    return [{ uri: entry[2], suites: [entry[3]], components: entry[4].trim().split(/\s+/), options }];
  });
}

/** Every source that apt reads on this machine. @returns {Promise<Source[]>} */
export async function machineSources(etc = '/etc/apt') {
  const parts = await readdir(join(etc, 'sources.list.d')).catch(() => []);
  const files = ['sources.list', ...parts.sort().map((name) => join('sources.list.d', name))];
  const found = [];
  for (const file of files) {
    const text = await readFile(join(etc, file), 'utf8').catch(() => '');
    if (file.endsWith('.sources')) found.push(...parseDeb822(text));
    else if (file.endsWith('.list')) found.push(...parseOneLine(text));
  }
  return found;
}

/** The archive that serves the machine's own release. @param {Source[]} sources */
export function archiveOf(sources, codename) {
  return sources.find(({ suites, components }) => suites.includes(codename) && components.includes('main'));
}

/** A line of sources.list for one suite of that archive. @param {Source} archive */
export function sourceLine(archive, suite, keyring) {
  const options = { ...(keyring ? { 'signed-by': keyring } : {}), ...archive.options };
  const bracket = Object.entries(options)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  return `deb ${bracket ? `[${bracket}] ` : ''}${archive.uri} ${suite} ${archive.components.join(' ')}`;
}
