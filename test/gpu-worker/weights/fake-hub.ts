import { createHash } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a server does instead of answering properly, for as many requests as `times` says. */
export interface Fault {
  readonly path: RegExp;
  times: number;
  readonly kind: 'status' | 'cut' | 'no-ranges' | 'other-content' | 'stall' | 'other-tag' | 'no-tag';
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** For `cut` and `stall`: after so many bytes of the body. */
  readonly after?: number;
}

export interface Seen {
  readonly server: 'hub' | 'cdn';
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly authorization: string | undefined;
  status: number;
  /** Of the body. */
  bytes: number;
}

export type Repos = Map<string, Map<string, Buffer>>;

const PAGE_SIZE = 7;
const PIECE_BYTES = 16_384;

/**
 * A server that speaks the hub's routes, and a second one, on another port, that stands for its CDN: `revision`, `tree` in pages,
 * and `resolve`, which sends large files to the CDN at a signed address and small ones to another path of its own.
 */
export class FakeHub {
  readonly repos: Repos;
  readonly seen: Seen[] = [];
  faults: Fault[] = [];
  /** What everyone must send, when set. */
  token: string | undefined;
  /** Bytes per second of the CDN, when set. */
  pace: number | undefined;
  readonly #hub: Server;
  readonly #cdn: Server;

  private constructor(repos: Repos) {
    this.repos = repos;
    this.#hub = createServer((request, response) => void this.#answer('hub', request, response));
    this.#cdn = createServer((request, response) => void this.#answer('cdn', request, response));
  }

  static async start(repos: Repos): Promise<FakeHub> {
    const hub = new FakeHub(repos);
    await Promise.all([hub.#hub, hub.#cdn].map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))));
    return hub;
  }

  get endpoint(): string {
    return address(this.#hub);
  }

  async stop(): Promise<void> {
    for (const server of [this.#hub, this.#cdn]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  /** Bytes of files that left either server, for paths that match. */
  bytesOf(path: RegExp): number {
    return this.seen.filter((each) => path.test(each.path)).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  commitOf(repo: string): string {
    const hash = createHash('sha1').update(repo);
    for (const [path, content] of this.repos.get(repo) ?? []) hash.update(path).update(sha256(content));
    return hash.digest('hex');
  }

  async #answer(server: Seen['server'], request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://here');
    const { range, authorization } = request.headers;
    const seen: Seen = { server, path: url.pathname, range, ifRange: request.headers['if-range']?.toString(), authorization, status: 0, bytes: 0 };
    this.seen.push(seen);
    const fault = this.faults.find((each) => each.times > 0 && each.path.test(`${server}${url.pathname}`));
    if (fault) fault.times--;
    response.on('error', () => undefined);
    if (fault?.kind === 'status') return end(response, seen, fault.status ?? 500, '<html>something the hub says</html>', fault.headers);
    if (server === 'hub' && this.token !== undefined && authorization !== `Bearer ${this.token}`) {
      return end(response, seen, 401, 'Access to this model is restricted', { 'x-error-code': 'GatedRepo' });
    }
    if (server === 'cdn' && !url.searchParams.has('Signature')) return end(response, seen, 403, 'unsigned');
    await this.#route(server, url, response, seen, fault);
  }

  async #route(server: Seen['server'], url: URL, response: ServerResponse, seen: Seen, fault: Fault | undefined): Promise<void> {
    const [, api, apiRepo, kind, rest = ''] = /^(\/api\/models)\/([^/]+\/[^/]+)\/(revision|tree)\/([^/]+)$/.exec(url.pathname) ?? [];
    const [, cached, repo = apiRepo ?? '', commit, path] = /^\/(cached\/)?([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname) ?? [];
    const files = this.repos.get(repo);
    if (!files) return end(response, seen, 401, 'Repository not found', { 'x-error-code': 'RepoNotFound' });
    const head = this.commitOf(repo);
    if (api !== undefined && kind === 'revision') {
      if (rest !== 'main' && rest !== head) return end(response, seen, 404, 'Invalid rev id', { 'x-error-code': 'RevisionNotFound' });
      return end(response, seen, 200, JSON.stringify({ id: repo, sha: head, gated: false }));
    }
    if (api !== undefined) return this.#tree(url, response, seen, files);
    const content = path === undefined ? undefined : files.get(path);
    if (!content || path === undefined || commit !== head) return end(response, seen, 404, 'Entry not found', { 'x-error-code': 'EntryNotFound' });
    if (server === 'hub' && isLarge(path)) return end(response, seen, 302, '', { location: `${address(this.#cdn)}/${repo}/resolve/${commit}/${path}?Signature=very-secret`, 'x-linked-etag': `"${sha256(content)}"` });
    if (server === 'hub' && cached === undefined) return end(response, seen, 307, '', { location: `/cached/${repo}/resolve/${commit}/${path}` });
    await this.#sendFile(content, response, seen, fault);
  }

  #tree(url: URL, response: ServerResponse, seen: Seen, files: ReadonlyMap<string, Buffer>): void {
    const start = Number(url.searchParams.get('cursor') ?? 0);
    const folders = [...new Set([...files.keys()].filter((path) => path.includes('/')).map((path) => path.replace(/\/[^/]*$/, '')))];
    const all = [
      ...folders.map((path) => ({ type: 'directory', path, oid: 'f'.repeat(40), size: 0 })),
      ...[...files].map(([path, content]) => ({
        type: 'file',
        path,
        size: content.length,
        oid: isLarge(path) ? 'e'.repeat(40) : gitBlob(content),
        ...(isLarge(path) && { lfs: { oid: sha256(content), size: content.length, pointerSize: 134 }, xetHash: 'd'.repeat(64) }),
      })),
    ];
    const next = start + PAGE_SIZE;
    const link = next < all.length ? { link: `<${this.endpoint}${url.pathname}?recursive=true&cursor=${next}>; rel="next"` } : {};
    end(response, seen, 200, JSON.stringify(all.slice(start, next)), link);
  }

  async #sendFile(right: Buffer, response: ServerResponse, seen: Seen, fault: Fault | undefined): Promise<void> {
    const content = fault?.kind === 'other-content' ? Buffer.from(right.map((byte) => byte ^ 1)) : right;
    const etag = `"${sha256(content).slice(0, 12)}${fault?.kind === 'other-tag' ? '-other' : ''}"`;
    const from = Number(/^bytes=(\d+)-$/.exec(seen.range ?? '')?.[1] ?? 0);
    const ranged = seen.range !== undefined && fault?.kind !== 'no-ranges' && (seen.ifRange === undefined || seen.ifRange === etag);
    const start = ranged ? from : 0;
    if (start > 0 && start >= content.length) return end(response, seen, 416, '');
    seen.status = ranged ? 206 : 200;
    response.writeHead(seen.status, {
      ...(fault?.kind !== 'no-tag' && { etag }),
      'content-length': content.length - start,
      ...(ranged && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
    });
    const stop = fault?.kind === 'cut' || fault?.kind === 'stall' ? start + (fault.after ?? 0) : content.length;
    for (let at = start; at < Math.min(stop, content.length) && !response.destroyed; at += PIECE_BYTES) {
      const piece = content.subarray(at, Math.min(at + PIECE_BYTES, stop));
      seen.bytes += piece.length;
      await new Promise((resolve) => response.write(piece, resolve));
      if (this.pace !== undefined && seen.server === 'cdn') await sleep((piece.length * 1000) / this.pace);
    }
    if (fault?.kind === 'cut') response.destroy();
    else if (fault?.kind !== 'stall') response.end();
  }
}

function end(response: ServerResponse, seen: Seen, status: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
  seen.status = status;
  response.writeHead(status, headers).end(body);
}

function address(server: Server): string {
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('not listening');
  return `http://127.0.0.1:${at.port}`;
}

function isLarge(path: string): boolean {
  return path.endsWith('.safetensors');
}

const known = new WeakMap<Uint8Array, string>();

export function sha256(content: Uint8Array): string {
  const hex = known.get(content) ?? createHash('sha256').update(content).digest('hex');
  known.set(content, hex);
  return hex;
}

function gitBlob(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
