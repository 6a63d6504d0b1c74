import { bakeTarget } from './bake-file';

const target = (...flags: string[]) => bakeTarget(['buildx', 'build', ...flags, '/context']);

describe('the arguments of a build as a target of a bake', () => {
  it('have the names of a bake file', () => {
    expect(
      target(
        ...[
          '--builder',
          'b',
          '--file',
          '/Dockerfile',
          '--target',
          'app',
          '--platform',
          'linux/amd64,linux/arm64',
        ],
        ...['--build-arg', 'A=1', '--build-arg', 'B=x=y', '--build-context', 'lib=/lib', '--label', 'l=1'],
        ...['--annotation', 'index:a=1', '--secret', 'id=npm,env=TOKEN', '--ssh', 'default'],
        ...['--add-host', 'a:1.2.3.4', '--add-host', 'b=::1', '--ulimit', 'nofile=1:1'],
        ...['--allow', 'network.host', '--network', 'host', '--shm-size', '1m'],
        ...['--pull', '--no-cache', '--no-cache-filter', 'x', '--tag', 'a:1'],
        ...['--provenance=false', '--sbom=true', '--cache-from', 'type=inline', '--output', 'type=cacheonly'],
        ...['--cache-to', 'type=registry,ref=a:b'],
      ),
    ).toEqual({
      context: '/context',
      dockerfile: '/Dockerfile',
      target: 'app',
      platforms: ['linux/amd64', 'linux/arm64'],
      args: { A: '1', B: 'x=y' },
      contexts: { lib: '/lib' },
      labels: { l: '1' },
      annotations: ['index:a=1'],
      secret: ['id=npm,env=TOKEN'],
      ssh: ['default'],
      'extra-hosts': { a: '1.2.3.4', b: '::1' },
      ulimits: ['nofile=1:1'],
      entitlements: ['network.host'],
      network: 'host',
      'shm-size': '1m',
      pull: true,
      'no-cache': true,
      'no-cache-filter': ['x'],
      tags: ['a:1'],
      attest: ['type=provenance,disabled=true', 'type=sbom'],
      'cache-from': ['type=inline'],
      'cache-to': ['type=registry,ref=a:b'],
      output: ['type=cacheonly'],
    });
  });

  it('keep the modes of attestations', () => {
    expect(target('--provenance=mode=max')).toMatchObject({ attest: ['type=provenance,mode=max'] });
  });

  it('are no templates', () => {
    expect(target('--build-arg', 'A=${b} %{c} $d')).toMatchObject({ args: { A: '$${b} %%{c} $d' } });
  });

  it('that it does not know are refused, as the plan would mean something else', () => {
    expect(() => target('--cgroup-parent', 'x')).toThrow('--cgroup-parent');
    expect(() => target('--cgroup-parent=x')).toThrow('--cgroup-parent');
  });
});

it('images of other targets are contexts', () => {
  const bases = new Map([
    ['reg.test:5000/acme/base:dev', 0],
    ['tools', 12],
  ]);
  const argv = ['buildx', 'build', '--build-context', 'lib=/lib', '/context'];
  expect(bakeTarget(argv, bases)).toEqual({
    context: '/context',
    contexts: { lib: '/lib', 'reg.test:5000/acme/base:dev': 'target:t0', tools: 'target:t12' },
  });
});
