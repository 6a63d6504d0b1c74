import { interruptSignal } from './signals';

describe('interruptSignal', () => {
  const listeners = (): number => process.listenerCount('SIGTERM');
  let before: number;
  let kill: jest.SpyInstance;

  beforeEach(() => {
    before = listeners();
    kill = jest.spyOn(process, 'kill').mockReturnValue(true);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is fired by %s', (name) => {
    const { signal, release } = interruptSignal();
    expect(signal.aborted).toBe(false);
    process.emit(name, name);
    expect(signal.aborted).toBe(true);
    release();
    expect(listeners()).toBe(before);
  });

  it('keeps listening, so that nobody else ends the process while it cleans up', () => {
    const { release } = interruptSignal();
    process.emit('SIGTERM', 'SIGTERM');
    expect(listeners()).toBe(before + 1);
    release();
  });

  it('takes two signals at once for one', () => {
    const { release } = interruptSignal();
    process.emit('SIGINT', 'SIGINT');
    process.emit('SIGTERM', 'SIGTERM');
    expect(kill).not.toHaveBeenCalled();
    release();
  });

  it('ends the process at a later one', () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    interruptSignal();
    process.emit('SIGINT', 'SIGINT');
    now.mockReturnValue(1_500);
    process.emit('SIGINT', 'SIGINT');
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGINT');
    expect(listeners()).toBe(before);
  });
});
