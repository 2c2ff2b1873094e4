/** The one worker of a storm that is not about workers. Its clock can be set ahead. */
import { type RunningProcess, startProcess } from '../processes.ts';
import type { StormWorld } from '../storm-world.ts';

export interface Painter {
  /** No worker is there any more, once this resolves. */
  stop(): Promise<void>;
  /** @param aheadMs by how much its clock is ahead of ours */
  start(aheadMs: number): void;
}

const VISIBILITY_SECONDS = 6;

/** Starts it, with the right time. */
export function startPainter({ built, env }: StormWorld): Painter {
  let worker: RunningProcess | undefined;
  const start = (aheadMs: number): void => {
    const clock = `const now = Date.now; Date.now = () => now() + ${aheadMs};`;
    worker = startProcess(
      built,
      'gpu-worker/main.ts',
      {
        ...env,
        VISIBILITY_TIMEOUT_SECONDS: String(VISIBILITY_SECONDS),
        REFINERY_PROVIDER: 'cpu',
        REFINERY_SCREENING: 'off',
        REFINERY_UPSCALER: 'lanczos',
        LOG_LEVEL: 'info',
        ...(aheadMs > 0 && { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(clock)}` }),
      },
      () => undefined,
    );
  };
  start(0);
  return {
    start,
    stop: async () => {
      worker?.kill('SIGTERM');
      await worker?.exited;
    },
  };
}
