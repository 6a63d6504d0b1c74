/** An engine whose joint runs a spec plays step by step. */
import type { BuildEvent, VertexEvent } from '../../src/model/events';
import type { EngineJointResult, EngineJointRun } from '../../src/ports/engine';
import { FakeEngine, type FakeRun } from './engine';

/** What one build of a joint run tells, by its place. */
export interface Play {
  /** A step that is over. */
  readonly step: (place: number, name: string, error?: string) => void;
  /** Everything that a push to the end tells, the cache's export too. */
  readonly pushed: (place: number, digest: string) => void;
  readonly run: EngineJointRun;
}

type Round = (play: Play) => Promise<Partial<EngineJointResult>> | Partial<EngineJointResult>;

export class JointEngine extends FakeEngine {
  readonly #rounds: Round[];

  /** @param rounds one a joint run @param answers of builds that run by themselves */
  constructor(rounds: readonly Round[], answers: readonly FakeRun[] = [{}]) {
    super(answers);
    this.#rounds = [...rounds];
  }

  override async buildJointly(run: EngineJointRun): Promise<EngineJointResult> {
    this.jointRuns.push(run);
    const round = this.#rounds.shift();
    if (round === undefined) throw new Error('no joint run is expected');
    const tell = (place: number, event: Partial<BuildEvent>): void =>
      run.builds[place]!.onEvent({ ...{ vertexes: [], statuses: [], logs: [], warnings: [] }, ...event });
    const play: Play = {
      run,
      step: (place, name, error) => tell(place, { vertexes: [vertexOf(name, error)] }),
      pushed: (place, digest) => {
        tell(place, { vertexes: [vertexOf('exporting to image')] });
        const id = `pushing manifest for reg.test/x:y@${digest}`;
        const status = { id, vertex: 'exporting to image', current: 0, total: 0, started: 1, completed: 2 };
        tell(place, { statuses: [status] });
        tell(place, { vertexes: [vertexOf('exporting cache to registry')] });
      },
    };
    return { exitCode: 0, canceled: false, digests: run.builds.map(() => undefined), ...(await round(play)) };
  }
}

function vertexOf(name: string, error?: string): VertexEvent {
  return { digest: name, name, started: 1, completed: 2, cached: false, error };
}
