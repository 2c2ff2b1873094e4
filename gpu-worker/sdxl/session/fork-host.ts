import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sourceFlags } from './source-flags.ts';

/** Starts a model host process. It runs TypeScript through tsx when this file does, whoever started this process. A quiet one's stderr is not shown. */
export function forkHost({ isQuiet = false } = {}): ChildProcess {
  const fromSource = import.meta.url.endsWith('.ts');
  const main = new URL(fromSource ? './model-host-main.ts' : './model-host-main.js', import.meta.url);
  return fork(fileURLToPath(main), [], {
    // Not this process's own: a test runner's or a debugger's flags are not for the child.
    execArgv: sourceFlags(main),
    // Sends typed arrays as their bytes, not as JSON.
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', isQuiet ? 'ignore' : 'inherit', 'ipc'],
  });
}
