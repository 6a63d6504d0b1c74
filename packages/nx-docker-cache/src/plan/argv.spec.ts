import { engineOf, LESSER_ENGINE, planOf, type PlanInput } from '../../test/fakes/facts';

/** Values of a flag, in order. */
const valuesOf = (flag: string, input: PlanInput): string[] => {
  const { argv } = planOf(input);
  return argv.flatMap((word, index) => (argv[index - 1] === flag ? [word] : []));
};

describe('the arguments of buildx', () => {
  it('have nothing in them that was not asked for', () => {
    expect(planOf({ options: { cache: 'none', push: false, load: false } }).argv).toEqual([
      'buildx',
      'build',
      '--file',
      '/repo/apps/api/Dockerfile',
      '--provenance=false',
      '--output',
      'type=cacheonly',
      '/repo/apps/api',
    ]);
  });

  it('have each option as buildx takes it', () => {
    const options = {
      builder: 'b',
      target: 'builder',
      platforms: ['linux/amd64', 'linux/arm64'],
      buildArgs: { A: '1', B: 'x y' },
      buildContexts: { base: 'docker-image://busybox' },
      labels: { l: '{projectName}' },
      annotations: { a: 'b' },
      secrets: ['id=t,env=TOKEN', 'id=f,src=a,b.txt'],
      ssh: 'default',
      addHosts: 'db:10.0.0.1',
      ulimits: 'nofile=1:2',
      allow: 'network.host',
      network: 'host',
      shmSize: '64m',
      pull: true,
      noCacheFilter: ['a', 'b'],
      provenance: 'mode=max',
      sbom: true,
    };
    const text = planOf({ options }).argv.join('\n');
    for (const part of [
      '--builder\nb',
      '--target\nbuilder',
      '--platform\nlinux/amd64,linux/arm64',
      '--build-arg\nA=1\n--build-arg\nB=x y',
      '--build-context\nbase=docker-image://busybox',
      '--label\nl=api',
      '--annotation\na=b',
      '--secret\nid=t,env=TOKEN',
      '--ssh\ndefault',
      '--add-host\ndb:10.0.0.1',
      '--ulimit\nnofile=1:2',
      '--allow\nnetwork.host',
      '--network\nhost',
      '--shm-size\n64m',
      '--pull',
      '--no-cache-filter\na\n--no-cache-filter\nb',
      '--provenance=mode=max',
      '--sbom=true',
    ]) {
      expect(text).toContain(part);
    }
    expect(planOf({ options: { noCache: true } }).argv).toContain('--no-cache');
  });

  it('name the nearest cache last, which wins where BuildKit finds a step in several', () => {
    const source = { pullRequest: '7', baseBranch: 'next' };
    expect(valuesOf('--cache-from', { source })).toEqual(
      ['main', 'next', 'pr-7'].map((scope) => `type=registry,ref=reg.test/acme/api:cache-${scope}`),
    );
  });

  it('push without storing where the engine can, and load beside it', () => {
    const lean = 'type=image,name=reg.test/acme/api:0123456,push=true,store=false,unpack=false';
    expect(valuesOf('--output', {})).toEqual([lean]);
    expect(valuesOf('--output', { options: { load: true, push: true } })).toEqual([
      lean,
      'type=docker,name=reg.test/acme/api:dev',
    ]);
    for (const engine of [LESSER_ENGINE, engineOf({ driver: 'docker-container' })]) {
      expect(valuesOf('--output', { engine })[0]).not.toContain('store=false');
    }
  });

  it('quote the names of several tags, and say the compression', () => {
    expect(valuesOf('--output', { options: { tags: ['a', 'b'], cache: { compression: 'zstd' } } })).toEqual([
      'type=image,"name=reg.test/acme/api:a,reg.test/acme/api:b",push=true,store=false,unpack=false,compression=zstd,oci-mediatypes=true',
    ]);
  });

  it('leave the target out where it is the final stage without a name', () => {
    expect(valuesOf('--target', {})).toEqual([]);
    expect(valuesOf('--target', { options: { target: '0' } })).toEqual(['builder']);
  });
});
