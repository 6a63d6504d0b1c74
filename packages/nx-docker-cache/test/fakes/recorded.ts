/** Streams of buildx that were recorded on real engines by tools/record-buildx.mjs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventReader } from '../../src/adapters/engine/rawjson';
import type { BuildEvent } from '../../src/model/events';

export type Recording =
  | 'cold'
  | 'warm'
  | 'hit'
  | 'hit-loaded'
  | 'changed'
  | 'failed-step'
  | 'failed-push'
  | 'refused-export'
  | 'lost-layer'
  | 'garbage-cache'
  | 'builders';

export interface Recorded {
  readonly events: readonly BuildEvent[];
  /** Lines that were no events. */
  readonly text: readonly string[];
}

/** References that all recordings use. */
export const RECORDED_IMAGE = 'registry.test:5000/acme/api';

export function recorded(name: Recording): Recorded {
  const events: BuildEvent[] = [];
  const text: string[] = [];
  const reader = new EventReader({
    onEvent: (event) => events.push(event),
    onText: (line) => text.push(line),
  });
  recordedLines(name).forEach((line) => reader.line(line));
  reader.end();
  return { events, text };
}

export function recordedLines(name: Recording): string[] {
  const lines = readFileSync(join(__dirname, '..', 'recorded', `${name}.jsonl`), 'utf8').split('\n');
  return lines.filter((line) => line !== '');
}
