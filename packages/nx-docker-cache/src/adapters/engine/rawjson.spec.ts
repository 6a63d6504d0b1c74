import { recorded, recordedLines, type Recording } from '../../../test/fakes/recorded';
import type { BuildEvent } from '../../model/events';
import { EventReader, parseEvent } from './rawjson';

const RECORDINGS: Recording[] = [
  ...(['cold', 'warm', 'hit', 'hit-loaded', 'changed', 'failed-step'] as const),
  ...(['failed-push', 'refused-export', 'lost-layer', 'garbage-cache'] as const),
];

const read = (lines: readonly string[]): { events: BuildEvent[]; text: string[] } => {
  const events: BuildEvent[] = [];
  const text: string[] = [];
  const reader = new EventReader({
    onEvent: (event) => events.push(event),
    onText: (line) => text.push(line),
  });
  lines.forEach((line) => reader.line(line));
  reader.end();
  return { events, text };
};

describe('recorded streams', () => {
  it.each(RECORDINGS)('%s is read to the last line', (name) => {
    const { events, text } = recorded(name);
    const fails = ['failed-step', 'failed-push', 'lost-layer'].includes(name);
    expect(events.length + text.length).toBe(recordedLines(name).length);
    expect(text.filter((line) => line.startsWith('{'))).toEqual([]);
    expect(text.some((line) => line.startsWith('ERROR: '))).toBe(fails);
    expect(events.flatMap(({ vertexes }) => vertexes).every(({ name: step }) => step !== '')).toBe(true);
  });

  it('hold times, layers and output', () => {
    const { events } = recorded('changed');
    const vertexes = events.flatMap((event) => event.vertexes);
    expect(vertexes.some(({ started, completed }) => (completed ?? 0) >= (started ?? Infinity))).toBe(true);
    expect(
      events
        .flatMap(({ statuses }) => statuses)
        .some(({ id, total }) => id.startsWith('sha256:') && total > 0),
    ).toBe(true);
    expect(events.flatMap(({ logs }) => logs).map(({ text }) => text)).toContain('built\n');
  });
});

describe('EventReader', () => {
  const event = { vertexes: [{ digest: 'd', name: '[1/1] RUN x', started: '2026-01-02T03:04:05.678Z' }] };

  it('reads events that were written over many lines, as buildx 0.13 did', () => {
    const pretty = [event, event].flatMap((each) => JSON.stringify(each, undefined, 2).split('\n'));
    const { events, text } = read(['before', ...pretty, 'ERROR: after']);
    expect(events).toHaveLength(2);
    expect(events[0]).toEqual(parseEvent(JSON.stringify(event)));
    expect(text).toEqual(['before', 'ERROR: after']);
  });

  it('gives back what was begun and never ended', () => {
    expect(read(['{', '  "vertexes": ['])).toEqual({ events: [], text: ['{', '  "vertexes": ['] });
  });

  it('takes for text what is no event', () => {
    const lines = ['', 'plain', '{ no json', '[]', '{"vertexes":7}'];
    expect(read(lines)).toEqual({ events: [], text: lines });
  });
});

describe('parseEvent', () => {
  it('reads a vertex', () => {
    expect(parseEvent('{"vertexes":[{"digest":"d","name":"n","cached":true,"error":""}]}')?.vertexes).toEqual(
      [{ digest: 'd', name: 'n', started: undefined, completed: undefined, cached: true, error: undefined }],
    );
  });

  it('takes nulls for nothing, and leaves unknown fields alone', () => {
    const text = '{"vertexes":null,"statuses":null,"logs":null,"warnings":[{"short":null}],"more":1}';
    expect(parseEvent(text)).toEqual({ vertexes: [], statuses: [], logs: [], warnings: [] });
  });

  it('decodes output and warnings', () => {
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const parsed = parseEvent(
      JSON.stringify({
        logs: [{ vertex: 'v', data: base64('grüß\n') }],
        warnings: [{ short: base64('odd') }],
      }),
    );
    expect(parsed).toMatchObject({
      logs: [{ vertex: 'v', text: 'grüß\n' }],
      warnings: [{ vertex: '', text: 'odd' }],
    });
  });
});
