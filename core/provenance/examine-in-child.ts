import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UnreadableFile } from './decode-pixels.ts';
import type { Findings } from './findings.ts';
import { parseFindings } from './parse-findings.ts';

const MAIN = new URL(import.meta.url.endsWith('.ts') ? './examine-main.ts' : './examine-main.js', import.meta.url);
const TIMEOUT_MS = 100_000;
const MOST_OUTPUT_BYTES = 100_000;
/** What a process needs to start at all; nothing of this one's settings or secrets. */
const KEPT_VARIABLES = ['PATH', 'TMPDIR', 'TEMP', 'SystemRoot', 'LD_LIBRARY_PATH'];

/**
 * Examines a stranger's file in a process of its own, which has none of this one's secrets: it may crash, hang or eat memory, and only this
 * one question stays unanswered. @throws {UnreadableFile}
 */
export function examineInChild(file: Uint8Array): Promise<Findings> {
  const env = Object.fromEntries(KEPT_VARIABLES.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, ['--max-old-space-size=1024', ...sourceFlags(), fileURLToPath(MAIN)], { env, timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: MOST_OUTPUT_BYTES }, (error, stdout) => {
      if (error) return reject(new UnreadableFile('the file cannot be read as a picture', { cause: error }));
      try {
        resolve(parseFindings(stdout));
      } catch (cause) {
        reject(new UnreadableFile('the file was not examined to its end', { cause }));
      }
    });
    // A child that dies before it has read everything closes the pipe; how it died says more.
    child.stdin?.on('error', () => undefined).end(file);
  });
}

/** From source it runs through tsx, whoever started this process. */
function sourceFlags(): string[] {
  return MAIN.pathname.endsWith('.ts') ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] : [];
}
