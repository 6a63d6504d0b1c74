import type { StepOutcome } from '../../src/model/outcome';
import type { LoggerPort } from '../../src/ports/logger';
import type { BuildObserver } from '../../src/ports/observer';

export class FakeLogger implements LoggerPort {
  readonly lines: string[] = [];
  readonly warnings: string[] = [];
  readonly colors = false;
  readonly columns = undefined;

  line(text: string): void {
    this.lines.push(text);
  }

  warn(text: string): void {
    this.warnings.push(text);
  }
}

export class FakeObserver implements BuildObserver {
  readonly steps: StepOutcome[] = [];
  readonly logs: [string, string][] = [];
  readonly notes: string[] = [];

  step(step: StepOutcome): void {
    this.steps.push(step);
  }

  log(step: string, text: string): void {
    this.logs.push([step, text]);
  }

  note(text: string): void {
    this.notes.push(text);
  }
}
