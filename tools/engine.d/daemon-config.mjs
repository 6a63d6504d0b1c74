/**
 * daemon.json of an agent.
 * @param {{dir: string, dataRoot: string, bridge: string, mirror: string, cgroup: string, containerdStore: boolean}} agent
 */
export function daemonConfig({ dir, dataRoot, bridge, mirror, cgroup, containerdStore }) {
  return {
    hosts: [`unix://${dir}/docker.sock`],
    'data-root': dataRoot,
    'exec-root': `${dir}/exec`,
    pidfile: `${dir}/docker.pid`,
    // The containerd image store is what lets the plain docker driver export caches to a registry.
    features: { 'containerd-snapshotter': containerdStore },
    bridge,
    iptables: false,
    ip6tables: false,
    'cgroup-parent': cgroup,
    'insecure-registries': ['127.0.0.0/8'],
    'registry-mirrors': [mirror],
    // Collection depends on the size of the disk, and tests must not.
    builder: { gc: { enabled: false } },
  };
}
