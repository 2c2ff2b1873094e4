import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { Stage, Step } from './read-dockerfile.ts';

/** A step of the Dockerfile that can be done here went wrong. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/** What a container of the last stage would be started with, and the folder that is its root. */
export interface Built {
  readonly root: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  readonly command: readonly string[];
}

export interface BuildOptions {
  /** The repository's root. */
  readonly context: string;
  readonly isIgnored: (path: string) => boolean;
  /** Takes the stages, a folder each. */
  readonly folder: string;
  /** Told of every step: done, or skipped and why. */
  readonly onStep: (line: string) => void;
}

/** Programs whose work a plain folder can hold. */
const DOABLE = /^(npm|rm|mkdir) /;
const NEEDS_THE_IMAGE = /(^|\s)\/|(^|[\s/])\.\.(\/|\s|$)|^[A-Z_]+=/;

/**
 * Does in plain folders what `docker build` would do in layers: COPY, WORKDIR, ENV, USER, CMD, and those commands of RUN that only need npm
 * and the files. What needs the base image (apt, CUDA, downloads of its libraries) is skipped, and said so.
 * @throws {StepFailed}
 */
export async function buildInFolders(stages: readonly Stage[], options: BuildOptions): Promise<Built> {
  const built = new Map<string, Built>();
  let last: Built | undefined;
  for (const [index, stage] of stages.entries()) {
    const root = path.join(options.folder, stage.name ?? `stage-${index}`);
    await mkdir(root, { recursive: true });
    options.onStep(`FROM ${stage.base}: an empty folder instead`);
    last = { root, workdir: '/', env: {}, user: undefined, command: [] };
    // A stage's steps follow each other.
    for (const step of stage.steps) last = await take(step, last, built, options);
    if (stage.name !== undefined && stage.steps.length > 0) built.set(stage.name, last);
  }
  if (!last) throw new StepFailed('the Dockerfile has no stage');
  return last;
}

async function take(step: Step, so: Built, built: ReadonlyMap<string, Built>, options: BuildOptions): Promise<Built> {
  const { keyword, text } = step;
  switch (keyword) {
    case 'WORKDIR':
      await mkdir(within(so.root, text), { recursive: true });
      return { ...so, workdir: text };
    case 'ENV':
      return { ...so, env: { ...so.env, ...Object.fromEntries(text.split(' ').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])) } };
    case 'USER': {
      const [uid = 0, gid = uid] = text.split(':').map(Number);
      return { ...so, user: { uid, gid } };
    }
    case 'CMD':
      return { ...so, command: v.parse(v.array(v.string()), JSON.parse(text)) };
    case 'COPY':
      await copy(text, so, built, options);
      return so;
    case 'RUN':
      for (const command of text.split(' && ')) await run(command, so, options.onStep);
      return so;
    default:
      return so;
  }
}

async function copy(text: string, { root, workdir }: Built, built: ReadonlyMap<string, Built>, { context, isIgnored, onStep }: BuildOptions): Promise<void> {
  const [first = '', ...rest] = text.split(' ');
  const from = /^--from=(.+)$/.exec(first)?.[1];
  const sources = from === undefined ? [first, ...rest.slice(0, -1)] : rest.slice(0, -1);
  const to = rest.at(-1) ?? '.';
  const other = from === undefined ? undefined : built.get(from);
  if (from !== undefined && !other) return onStep(`skipped: COPY ${text} (it comes from a base image)`);
  for (const source of sources) {
    const begin = other ? within(other.root, source) : path.join(context, source);
    const target = within(root, path.resolve(workdir, to), ...(to.endsWith('/') ? [path.basename(source)] : []));
    const filter = (file: string) => other !== undefined || !isIgnored(path.relative(context, file));
    await cp(begin, target, { recursive: true, verbatimSymlinks: true, filter }).catch((cause: unknown) => {
      throw new StepFailed(`COPY ${text}: ${source} cannot be copied`, { cause });
    });
  }
  onStep(`COPY ${text}`);
}

async function run(command: string, { root, workdir }: Built, onStep: (line: string) => void): Promise<void> {
  if (!DOABLE.test(command) || NEEDS_THE_IMAGE.test(command)) return onStep(`skipped: RUN ${command} (it needs the image itself)`);
  onStep(`RUN ${command}`);
  const child = spawn('sh', ['-c', command], { cwd: within(root, workdir), stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new StepFailed(`RUN ${command} ended with ${String(code)}:\n${said}`);
}

const within = (root: string, ...inside: readonly string[]) => path.join(root, ...inside);
