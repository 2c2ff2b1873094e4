import * as v from 'valibot';
import type { ContentHash } from '../manifest.ts';
import { HubRefused, explainNetworkError } from './hub-error.ts';
import { refusal } from './refusal.ts';
import { type Answer, type HubAddress, send } from './send.ts';

/** A file in a repository, as the tree lists it. */
export interface HubFile {
  readonly path: string;
  readonly bytes: number;
  readonly hash: ContentHash;
}

const NO_HUB = 'does not answer as the hub does: is HF_ENDPOINT right, and does the network want you to log in first?';
const ANSWER_TIMEOUT_MS = 60_000;

const revisionAnswer = v.object({ sha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)) });
const treeAnswer = v.array(
  v.looseObject({
    type: v.string(),
    path: v.string(),
    oid: v.string(),
    size: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), 0),
    lfs: v.optional(v.looseObject({ oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), size: v.pipe(v.number(), v.safeInteger()) })),
  }),
);

/** Why not @huggingface/hub: it neither resumes nor checks what it downloads, and leaves redirects to `fetch`. Four routes are all we need. */
export class Hub {
  readonly address: HubAddress;

  constructor(address: HubAddress) {
    this.address = address;
  }

  /** The commit that a branch, tag or commit stands for. @throws {HubRefused | HubUnavailable} */
  async commitOf(repo: string, revision: string, signal: AbortSignal): Promise<string> {
    const asked = { repo, what: `revision ${revision}` };
    const answer = await this.#get(`/api/models/${repo}/revision/${encodeURIComponent(revision)}`, asked, signal);
    return (await this.#json(answer, revisionAnswer)).sha;
  }

  /** All files of a commit. A small file's `oid` is git's blob id, a large one's `lfs.oid` its SHA-256. @throws {HubRefused | HubUnavailable} */
  async listFiles(repo: string, commit: string, signal: AbortSignal): Promise<readonly HubFile[]> {
    const files: HubFile[] = [];
    let url: string | undefined = `/api/models/${repo}/tree/${commit}?recursive=true`;
    while (url !== undefined) {
      const answer: Answer = await this.#get(url, { repo, what: `commit ${commit}` }, signal);
      for (const { type, path, oid, size, lfs } of await this.#json(answer, treeAnswer)) {
        if (type !== 'file') continue;
        files.push({ path, bytes: lfs?.size ?? size, hash: lfs ? { algorithm: 'sha256', hex: lfs.oid } : { algorithm: 'git-sha1', hex: oid } });
      }
      url = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.response.headers.get('link') ?? '')?.[1];
    }
    return files;
  }

  /** A small text file. @throws {HubRefused | HubUnavailable} */
  async readText(repo: string, commit: string, path: string, signal: AbortSignal): Promise<string> {
    const answer = await this.#get(`/${repo}/resolve/${commit}/${path}`, { repo, what: path }, signal);
    return this.#read(answer, () => answer.response.text());
  }

  /**
   * Opens a file from byte `from` on; the answer may be a 200 with all of it, if the server ignores ranges or the file is no
   * longer the one of `etag`, or a 416. @throws {HubRefused | HubUnavailable}
   */
  open(repo: string, commit: string, path: string, { from, etag }: { from: number; etag: string | undefined }, signal: AbortSignal): Promise<Answer> {
    const headers = from > 0 ? { range: `bytes=${from}-`, ...(etag !== undefined && { 'if-range': etag }) } : {};
    return this.#send(`/${repo}/resolve/${commit}/${path}`, { repo, what: path }, headers, signal);
  }

  /** Where a person can read a file. */
  pageOf(repo: string, commit: string, path: string): string {
    return `${this.address.endpoint}/${repo}/blob/${commit}/${path}`;
  }

  #get(path: string, asked: { repo: string; what: string }, signal: AbortSignal): Promise<Answer> {
    return this.#send(path, asked, {}, AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]));
  }

  async #send(path: string, asked: { repo: string; what: string }, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    // A further page of a list comes as a whole address.
    const answer = await send(this.address, path.startsWith('/') ? `${this.address.endpoint}${path}` : path, headers, signal);
    if (answer.response.ok || answer.response.status === 416) return answer;
    throw await refusal(answer, this.address, asked);
  }

  async #json<const S extends v.GenericSchema>(answer: Answer, schema: S): Promise<v.InferOutput<S>> {
    const text = await this.#read(answer, () => answer.response.text());
    try {
      return v.parse(schema, JSON.parse(text));
    } catch (cause) {
      throw new HubRefused(`${answer.host} ${NO_HUB}`, { cause });
    }
  }

  async #read<T>({ host }: Answer, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      throw explainNetworkError(error, host);
    }
  }
}
