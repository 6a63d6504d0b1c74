import { parseArgs } from 'node:util';
import { shellLines } from './environment.mjs';
import { EngineError } from './errors.mjs';
import * as engine from './index.mjs';

const USAGE = `Usage: tools/engine <verb>

  up [--registry-only] [--private]
                                  an engine, a registry, base images; --private: not the engine that answers already
  agent <name> [--fresh] [--suite <suite>] [--no-containerd-store] | --stop
                                  a machine with an engine of its own
  registry <name> [--fresh] [--htpasswd user:password] [--tls] [--readonly] | --stop
                                  one more registry
  env [agent]                     lines for eval: PATH, DOCKER_CONFIG, DOCKER_HOST, NDC_REGISTRY
  image node [--version 22]       library/node of another major version
  status                          what runs
  down [--purge]                  stop all; --purge removes the cache too

Every verb but down takes --json. Exit codes: 1 failed, 2 usage, 3 this machine cannot do it.
State: $NDC_ENGINE_HOME, by default nx-docker-cache/engine in the user's cache folder.`;

/** Absent means "not said", which is not the same as no. */
const FLAG = { type: 'boolean' };
const OPTIONS = {
  json: FLAG,
  help: { ...FLAG, short: 'h' },
  'registry-only': FLAG,
  private: FLAG,
  fresh: FLAG,
  stop: FLAG,
  suite: { type: 'string' },
  'no-containerd-store': FLAG,
  htpasswd: { type: 'string' },
  tls: FLAG,
  readonly: FLAG,
  version: { type: 'string', default: '20' },
  purge: FLAG,
};

/** Each verb returns what `--json` prints and the text for people. */
const VERBS = {
  async up(_, options) {
    const up = await engine.up({ registryOnly: options['registry-only'], private: options.private });
    const versions = Object.entries(up.versions).map((pair) => pair.join(' '));
    return [up, `${up.mode} engine: ${versions.join(', ')}\nNDC_REGISTRY=${up.registry}`];
  },
  async agent([name], options) {
    if (options.stop) return [{ name }, await engine.stopAgent(name)];
    const containerdStore = options['no-containerd-store'] ? false : undefined;
    const agent = await engine.agent(name, { fresh: options.fresh, suite: options.suite, containerdStore });
    return [agent, `DOCKER_HOST=${agent.dockerHost}`];
  },
  async registry([name], { stop, fresh, htpasswd, tls, readonly }) {
    if (stop) return [{ name }, await engine.stopRegistry(name)];
    const registry = await engine.registry(name, { fresh, htpasswd, tls, readonly });
    return [registry, `REGISTRY=${registry.host}`];
  },
  async env([name]) {
    const variables = await engine.env(name);
    return [variables, shellLines(variables)];
  },
  async image([kind], { version }) {
    if (kind !== 'node') throw usage(`Expected an image to make: node; found ${kind ?? 'none'}.`);
    const image = await engine.nodeImage(version);
    return [image, `${image.name} (${image.version}) ${image.digest}`];
  },
  async status() {
    const status = await engine.status();
    const lines = [
      status.up ? `up: ${status.up.mode}, registry ${status.up.registry}` : 'down',
      ...status.agents.map(
        (agent) => `agent ${agent.name}: ${agent.dockerHost} (${agent.suite}, pid ${agent.pid})`,
      ),
      ...status.registries.map(
        ({ name, host, pid }) => `registry ${name}: ${host} (${pid ? `pid ${pid}` : 'container'})`,
      ),
    ];
    return [status, lines.join('\n')];
  },
  async down(_, { purge }) {
    await engine.down({ purge });
    return [{}, undefined];
  },
};

const usage = (message) =>
  new EngineError('ENGINE_USAGE', message, { hint: 'See `tools/engine --help`.', exitCode: 2 });

async function main(argv) {
  let parsed;
  try {
    parsed = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw usage(error.message);
  }
  const [verb, ...names] = parsed.positionals;
  if (parsed.values.help || verb === 'help') return console.log(USAGE);
  if (!Object.hasOwn(VERBS, verb ?? ''))
    throw usage(`Expected a verb: ${Object.keys(VERBS).join(', ')}; found ${verb ?? 'none'}.`);
  const [value, text] = await VERBS[verb](names, parsed.values);
  if (parsed.values.json) console.log(JSON.stringify(value, null, 2));
  else if (text) console.log(text);
}

main(process.argv.slice(2)).catch((error) => {
  if (!(error instanceof EngineError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  if (error.hint) console.error(error.hint);
  process.exitCode = error.exitCode;
});
