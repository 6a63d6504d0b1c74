import type { EngineFacts } from '../../src/model/facts';
import type {
  EngineJointResult,
  EngineJointRun,
  EnginePort,
  EngineResult,
  EngineRun,
} from '../../src/ports/engine';
import { engineOf } from './facts';
import { recorded, type Recording } from './recorded';

/** What one call of buildx does. */
export interface FakeRun {
  readonly recording?: Recording;
  readonly text?: readonly string[];
  readonly result?: Partial<EngineResult>;
  /** Called before the events, to change the world in the middle of a build. */
  readonly during?: (run: EngineRun) => void | Promise<void>;
}

export class FakeEngine implements EnginePort {
  readonly runs: EngineRun[] = [];
  readonly jointRuns: EngineJointRun[] = [];
  readonly asked: (string | undefined)[] = [];
  readonly #answers: FakeRun[];
  readonly #facts: EngineFacts;
  images: Record<string, string> = {};
  /** Why the engine does not answer any more. */
  lost: string | undefined;
  checks = 0;

  /** @param answers one a run; the last one is given again */
  constructor(answers: readonly FakeRun[] = [{}], facts: EngineFacts = engineOf()) {
    this.#answers = [...answers];
    this.#facts = facts;
  }

  async facts(builder: string | undefined): Promise<EngineFacts> {
    this.asked.push(builder);
    return this.#facts;
  }

  async isHere(): Promise<boolean> {
    return true;
  }

  async check(): Promise<string | undefined> {
    this.checks++;
    return this.lost;
  }

  async mirrors(): Promise<readonly string[]> {
    return [];
  }

  async imageId(reference: string): Promise<string | undefined> {
    return this.images[reference];
  }

  async version(): Promise<string | undefined> {
    return '0.29.1';
  }

  async build(run: EngineRun): Promise<EngineResult> {
    this.runs.push(run);
    const answer = (this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0]) ?? {};
    await answer.during?.(run);
    const { events, text } =
      answer.recording === undefined ? { events: [], text: [] } : recorded(answer.recording);
    events.forEach((event) => run.onEvent(event));
    [...text, ...(answer.text ?? [])].forEach((line) => run.onText(line));
    return { exitCode: 0, canceled: false, digest: 'sha256:made', ...answer.result };
  }

  /** One answer serves each of the builds in turn, as if they shared nothing. */
  async buildJointly(run: EngineJointRun): Promise<EngineJointResult> {
    this.jointRuns.push(run);
    const results: EngineResult[] = [];
    for (const build of run.builds) results.push(await this.build({ ...run, ...build }));
    const failed = results.find(({ exitCode }) => exitCode !== 0);
    return {
      exitCode: failed?.exitCode ?? 0,
      canceled: results.some(({ canceled }) => canceled),
      digests: results.map(({ digest }) => digest),
    };
  }
}
