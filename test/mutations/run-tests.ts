import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Catcher } from './mistake.ts';

const Report = v.object({
  numTotalTests: v.number(),
  numPassedTests: v.number(),
  testResults: v.array(v.object({ message: v.optional(v.string(), ''), assertionResults: v.array(v.object({ status: v.string(), fullName: v.string(), failureMessages: v.optional(v.array(v.string()), []) })) })),
});

/** On a busy machine a slow test must not count as one that noticed something. */
const TIMEOUT_MS = '600000';

/** How some tests came out. A file that cannot even be loaded has one failure, which is not a test's. */
export interface Outcome {
  readonly passed: number;
  readonly failed: readonly Failure[];
}

export interface Failure {
  /** The test's name with those of its groups. */
  readonly test: string;
  /** The first line of what it said. */
  readonly why: string;
}

/** Runs tests in a copy of the engine. Throws an Error when there was nothing to run. */
export async function runTests(folder: string, { file, tests }: Catcher): Promise<Outcome> {
  const output = join(folder, 'report.json');
  const filter = tests === undefined ? [] : ['--testNamePattern', tests];
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs');
  const printed = await new Promise<string>((resolve) => {
    const args = [vitest, 'run', join('test/gpu-worker/sdxl', file), ...filter, '--reporter', 'json', '--outputFile', output, '--testTimeout', TIMEOUT_MS];
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 26 }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
  const report = v.parse(Report, JSON.parse(await readFile(output, 'utf8')));
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = results.flatMap(({ status, fullName, failureMessages }) => (status === 'failed' ? [{ test: fullName, why: firstLine(failureMessages[0] ?? '') }] : []));
  const broken = report.testResults.flatMap(({ message, assertionResults }) => (assertionResults.length === 0 && message !== '' ? [{ test: '(its file cannot be loaded)', why: firstLine(message) }] : []));
  if (report.numPassedTests + failed.length + broken.length === 0) throw new Error(`no test of ${file} is named ${tests ?? 'anything'}: ${printed.slice(-500)}`);
  return { passed: report.numPassedTests, failed: [...failed, ...broken] };
}

function firstLine(message: string): string {
  const line = (message.split('\n')[0] ?? '').replace(/^(Assertion)?Error: /, '');
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
