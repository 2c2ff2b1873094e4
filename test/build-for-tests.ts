/** Builds our processes once for all the tests that start some; see built-process.ts. */
import type { TestProject } from 'vitest/node';
import { type BuiltProcesses, buildProcesses } from './built-processes.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the built processes lie. */
    builtFolder: string;
  }
}

let built: BuiltProcesses | undefined;

/** Vitest calls this before the first test file. */
export async function setup(project: TestProject): Promise<void> {
  built = await buildProcesses();
  project.provide('builtFolder', built.folder);
}

/** Vitest calls this after the last one. */
export async function teardown(): Promise<void> {
  await built?.remove();
}
