/** What was measured with many projects, as markdown and pictures. */
import { cpus } from 'node:os';
import { table, targetTable } from '../markdown.mjs';
import { judgeGrowth, judgeServices } from '../targets.mjs';
import { lineChart } from './charts.mjs';
import { PEERS } from './peers.mjs';
import { changes } from './services.mjs';

export const PICTURES = { services: 'benchmarks-services.svg', growth: 'benchmarks-growth.svg' };

const plain = (name) => name.replace(/[*`]/g, '');

/** @returns {{text: string, pictures: Record<string, string>}} */
export function servicesMarkdown({ date, machine, versions, services, loads }) {
  const { count, samples } = services;
  const columns = changes(count);
  const seconds = (peer, changed) => {
    const ms = samples.find((sample) => sample.peer === peer && sample.changed === changed)?.ms;
    return ms === undefined ? undefined : ms / 1000;
  };
  const measured = PEERS.filter(({ id }) => samples.some(({ peer }) => peer === id));
  const text = [
    `Measured on ${date}: ${machine}, agents on tmpfs. ${Object.entries(versions)
      .map((pair) => pair.join(' '))
      .join(
        ', ',
      )}. One run; load of the machine ${loads.map((load) => load.toFixed(1)).join(' before, ')} after.`,
    '',
    `Seconds, ${count} services:`,
    '',
    ...table([
      ['', ...columns.map((changed) => `${changed} changed`)],
      ...measured.map(({ id, name }) => [
        name,
        ...columns.map((changed) => seconds(id, changed)?.toFixed(2) ?? '–'),
      ]),
    ]),
    '',
    `![Seconds over changed services](${PICTURES.services})`,
    '',
    ...targetTable(judgeServices(seconds, columns, samples)),
  ].join('\n');
  const picture = lineChart({
    ...{ title: `${count} services, on a fresh agent`, x: 'changed services', y: 'seconds', log: true },
    ticks: columns,
    series: measured.map(({ id, name }) => ({
      name: plain(name),
      values: columns.map((changed) => seconds(id, changed)),
    })),
  });
  return { text, pictures: { [PICTURES.services]: picture } };
}

/** @returns {{text: string, pictures: Record<string, string>}} */
export function growthMarkdown({ date, machine, versions, growth, loads }) {
  const { sizes, nx, shards } = growth;
  const s = (ms) => (ms / 1000).toFixed(2);
  const text = [
    `Measured on ${date}: ${machine}, agents on tmpfs. ${Object.entries(versions)
      .map((pair) => pair.join(' '))
      .join(', ')}. Load of the machine ${loads.map((load) => load.toFixed(1)).join(' before, ')} after.`,
    '',
    ...table([
      ['projects, nothing changed', 'seconds', 'CPU seconds', 'ms a project', 'peak MB'],
      ...sizes.map(({ projects, ms, cpuMs, peakMb }) => [
        ...[projects, s(ms), s(cpuMs), (ms / projects).toFixed(1)],
        peakMb.toFixed(0),
      ]),
    ]),
    '',
    `![Seconds over projects](${PICTURES.growth})`,
    '',
    `\`nx run-many -t docker-build --batch\` over ${nx.projects} projects in which nothing changed: ${s(nx.ms)} s; over targets that do nothing: ${s(nx.noopMs)} s.`,
    `${shards.projects} changed projects, ${shards.builds} builds with those that copy the whole workspace: ${s(shards.oneMs)} s on one agent, ${s(shards.threeMs)} s on three at once, that is ${(shards.oneMs / shards.threeMs).toFixed(2)} times as fast. All three share the ${cpus().length} processors of this machine.`,
    '',
    ...targetTable(judgeGrowth(growth)),
  ].join('\n');
  const picture = lineChart({
    ...{ title: 'A run in which nothing changed', x: 'projects', y: 'seconds' },
    ticks: sizes.map(({ projects }) => projects),
    series: [
      { name: 'seconds', values: sizes.map(({ ms }) => ms / 1000) },
      { name: 'CPU seconds', values: sizes.map(({ cpuMs }) => cpuMs / 1000) },
    ],
  });
  return { text, pictures: { [PICTURES.growth]: picture } };
}
