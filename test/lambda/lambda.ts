/** A small Lambda: unpacks a packaged zip and runs it in a process of its own, which speaks Lambda's runtime API. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import AdmZip from 'adm-zip';
import { listenOnLoopback } from '../../infra/local/aws/loopback-server.ts';

export type Outcome =
  | { readonly kind: 'answered'; readonly answer: unknown }
  /** The handler threw; the process lives on. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The module could not be imported, or what it does at start failed. */
  | { readonly kind: 'not-started'; readonly error: unknown }
  | { readonly kind: 'timed-out' }
  /** The process ended by itself. */
  | { readonly kind: 'exited' };

export interface LambdaOptions {
  readonly zip: string;
  /** As in the template: `.build/NAME/index.handler`. */
  readonly handler: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface Took {
  readonly wallMs: number;
  /** User and system, of all threads: less at the mercy of whoever else uses the machine. */
  readonly cpuMs: number;
}

export interface Lambda {
  invoke(event: unknown): Promise<Outcome>;
  /** What the first import of the module took, by the process's own clocks; undefined before it ran. */
  importTook(): Took | undefined;
  /** Processes that were started so far. */
  starts(): number;
  /** What the function wrote to its log. */
  log(): string;
  close(): Promise<void>;
}

export async function startLambda({ zip, handler, env, timeoutMs }: LambdaOptions): Promise<Lambda> {
  const folder = await mkdtemp(path.join(tmpdir(), 'refinery-lambda-'));
  new AdmZip(zip).extractAllTo(folder, true);

  let child: ChildProcess | undefined;
  let starts = 0;
  let took: Took | undefined;
  let log = '';
  let asking: ServerResponse | undefined;
  let event: { readonly id: string; readonly body: string } | undefined;
  let finish: (outcome: Outcome) => void = () => undefined;

  const server = await listenOnLoopback((request, response) => void serve(request, response), 0);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, , , kind, what, verb] = (request.url ?? '').split('/');
    if (kind === 'invocation' && what === 'next') {
      asking = response;
      return deliver();
    }
    const body: unknown = await json(request);
    response.writeHead(202).end('{}');
    if (kind === 'init' && what === 'ready') took ??= { wallMs: Number(Object(body).wallMs), cpuMs: Number(Object(body).cpuMs) };
    else if (kind === 'init') finish({ kind: 'not-started', error: body });
    else finish(verb === 'error' ? { kind: 'failed', error: body } : { kind: 'answered', answer: body });
  }

  /** An event goes out when there is one and somebody asks. */
  function deliver(): void {
    if (!asking || !event) return;
    asking.writeHead(200, { 'lambda-runtime-aws-request-id': event.id }).end(event.body);
    asking = undefined;
    event = undefined;
  }

  function start(): ChildProcess {
    starts += 1;
    const started = spawn(process.execPath, [path.join(import.meta.dirname, 'bootstrap.mjs')], {
      // Nothing of this process's environment: a function has what its template gives it.
      env: { PATH: process.env.PATH ?? '', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...env, AWS_LAMBDA_RUNTIME_API: new URL(server.url).host, LAMBDA_TASK_ROOT: folder, _HANDLER: handler },
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
    started.once('exit', () => {
      if (child !== started) return;
      child = undefined;
      asking = undefined;
      finish({ kind: 'exited' });
    });
    return started;
  }

  async function stop(): Promise<void> {
    const ending = child;
    child = undefined;
    asking = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    ending.kill('SIGKILL');
    await once(ending, 'exit');
  }

  return {
    async invoke(what) {
      const outcome = new Promise<Outcome>((resolve) => (finish = resolve));
      child ??= start();
      event = { id: crypto.randomUUID(), body: JSON.stringify(what) };
      deliver();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<Outcome>((resolve) => (timer = setTimeout(resolve, timeoutMs, { kind: 'timed-out' })));
      const settled = await Promise.race([outcome, late]);
      clearTimeout(timer);
      event = undefined;
      // As Lambda does: what did not answer in time, or did not start, gets no second event.
      if (settled.kind === 'timed-out' || settled.kind === 'not-started') await stop();
      return settled;
    },
    importTook: () => took,
    starts: () => starts,
    log: () => log,
    async close() {
      await stop();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
