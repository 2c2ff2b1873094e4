import { readFile, readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Hub } from '../../../gpu-worker/weights/hub/hub.ts';
import { waitSeconds } from '../../../gpu-worker/weights/hub/wait-seconds.ts';
import { sha256 } from './fake-hub.ts';
import { type PullWorld, openWorld, untilUnderWay } from './pull-world.ts';

// The smallest entry of the catalogue: one large file, which comes from the CDN, and one small one, which comes from the hub.
const REPO = 'latent-consistency/lcm-lora-sdxl';
const WEIGHTS = 'pytorch_lora_weights.safetensors';
const CDN_WEIGHTS = /cdn.*weights/;

const contentIn = ({ hub }: PullWorld) => hub.repos.get(REPO)?.get(WEIGHTS) ?? Buffer.alloc(0);
const fileIn = ({ modelsDir }: PullWorld) => join(modelsDir, 'lcm-lora-sdxl/lora', WEIGHTS);
const requestsTo = ({ hub }: PullWorld) => hub.seen.filter(({ server, path }) => server === 'cdn' && path.endsWith(WEIGHTS));
/** By checksum: comparing buffers byte by byte takes vitest a second. */
const expectWhole = async (world: PullWorld) => expect(sha256(await readFile(fileIn(world)))).toBe(sha256(contentIn(world)));
const openLoraWorld = () => openWorld('lcm-lora-sdxl');

describe('a download', () => {
  it('goes on where the connection was cut, and fetches every byte once', async () => {
    const world = await openLoraWorld();
    world.hub.faults = [{ path: CDN_WEIGHTS, kind: 'cut', after: 100_000, times: 2 }];
    await world.pull();
    await expectWhole(world);
    const [first, second, third] = requestsTo(world);
    expect(first).toMatchObject({ range: undefined, status: 200 });
    expect(second).toMatchObject({ range: expect.stringMatching(/^bytes=\d+-$/), ifRange: expect.stringMatching(/^"\w+"$/), status: 206 });
    expect(third?.status).toBe(206);
    // What the server had sent but the client not yet read when the connection broke comes again.
    expect(world.hub.bytesOf(/weights/)).toBeLessThan(contentIn(world).length + 2 * 65_536);
    expect(world.waits).toEqual([1, 1]);
    expect(world.said.notices).toContain('cut the connection');
  });

  it('begins a file again when the server ignores ranges', async () => {
    const world = await openLoraWorld();
    world.hub.faults = [
      { path: CDN_WEIGHTS, kind: 'cut', after: 100_000, times: 1 },
      { path: CDN_WEIGHTS, kind: 'no-ranges', times: 1 },
    ];
    await world.pull();
    expect(requestsTo(world).map(({ status }) => status)).toEqual([200, 200]);
    await expectWhole(world);
    expect(world.said.notices).toContain('the server does not go on where it stopped, so it begins again');
  });

  it('begins again when the file is no longer the one it has the beginning of', async () => {
    const world = await openLoraWorld();
    world.hub.faults = [
      { path: CDN_WEIGHTS, kind: 'cut', after: 100_000, times: 1 },
      { path: CDN_WEIGHTS, kind: 'other-tag', times: 1 },
    ];
    await world.pull();
    expect(requestsTo(world).map(({ status }) => status)).toEqual([200, 200]);
    await expectWhole(world);
  });

  it('does not go on with the beginning of what the branch had before it moved on', async () => {
    const world = await openLoraWorld();
    world.hub.faults = [
      { path: CDN_WEIGHTS, kind: 'cut', after: 100_000, times: 1 },
      { path: CDN_WEIGHTS, kind: 'status', status: 500, times: 99 },
    ];
    await expect(world.pull()).rejects.toThrow('is kept');
    world.hub.faults = [];
    world.hub.repos.get(REPO)?.set(WEIGHTS, Buffer.from(contentIn(world).toReversed()));
    world.hub.seen.length = 0;
    await world.pull();
    expect(requestsTo(world).map(({ range }) => range)).toEqual([undefined]);
    await expectWhole(world);
  });

  it('goes on without If-Range where the server sends no entity tag: the checksum decides', async () => {
    const world = await openLoraWorld();
    world.hub.faults = [{ path: CDN_WEIGHTS, kind: 'no-tag', times: 1 }];
    // One fault a request: this one is cut by a signal in mid-file.
    world.hub.pace = 200_000;
    const stop = new AbortController();
    const stopped = expect(world.pull({ signal: stop.signal })).rejects.toThrow('aborted');
    await untilUnderWay(fileIn(world));
    stop.abort();
    await stopped;
    world.hub.pace = undefined;
    const kept = (await stat(`${fileIn(world)}.part`)).size;
    expect(kept).toBeGreaterThan(0);
    await world.pull();
    expect(requestsTo(world)[1]).toMatchObject({ range: `bytes=${kept}-`, ifRange: undefined, status: 206 });
    await expectWhole(world);
  });

  it('counts a connection that sends nothing as cut', async () => {
    const world = await openLoraWorld();
    world.hub.faults = [{ path: CDN_WEIGHTS, kind: 'stall', after: 50_000, times: 1 }];
    await world.pull({ stallMs: 1000 });
    expect(world.said.notices).toMatch(/has sent nothing for/);
    expect(requestsTo(world)[1]?.status).toBe(206);
    await expectWhole(world);
  });

  it('waits as long as it is asked to, and longer each time when it is not', async () => {
    const world = await openLoraWorld();
    world.hub.faults = [
      { path: CDN_WEIGHTS, kind: 'status', status: 429, headers: { 'retry-after': '17' }, times: 1 },
      { path: /hub.*weights/, kind: 'status', status: 429, headers: { ratelimit: '"resolvers";r=0;t=55' }, times: 1 },
      { path: CDN_WEIGHTS, kind: 'status', status: 503, times: 3 },
    ];
    await world.pull();
    expect(world.waits).toEqual([55, 17, 4, 8, 16]);
    expect(world.said.notices).toContain('asks for patience (429); with a token in HF_TOKEN it allows more: trying again in 55 s');
  });

  it('gives up in the end, keeping what it has and saying what to do', async () => {
    const world = await openLoraWorld();
    world.hub.faults = [
      { path: CDN_WEIGHTS, kind: 'cut', after: 100_000, times: 1 },
      { path: CDN_WEIGHTS, kind: 'status', status: 502, times: 99 },
    ];
    await expect(world.pull()).rejects.toThrow(/has trouble \(502\)\. Run the same command again later: what has been downloaded is kept\./);
    expect((await stat(`${fileIn(world)}.part`)).size).toBeGreaterThan(0);
  });

  it('asks the hub for a new address when the signed one is no longer good', async () => {
    const world = await openLoraWorld();
    world.hub.faults = [{ path: CDN_WEIGHTS, kind: 'status', status: 403, times: 1 }];
    await world.pull();
    await expectWhole(world);
  });

  it('deletes a file with the wrong content, says so, and fetches it once more', async () => {
    const world = await openLoraWorld();
    world.hub.faults = [{ path: CDN_WEIGHTS, kind: 'other-content', times: 1 }];
    await world.pull();
    expect(world.said.notices).toContain(`${REPO}/${WEIGHTS}: its checksum (sha256) is not the one that the hub lists; deleted, fetching it again`);
    await expectWhole(world);
  });

  it('leaves no file that came twice with the wrong content', async () => {
    const world = await openWorld('sdxl');
    world.hub.faults = [{ path: /hub.*cached.*base-1\.0.*unet\/config/, kind: 'other-content', times: 99 }];
    await expect(world.pull()).rejects.toThrow('stabilityai/stable-diffusion-xl-base-1.0/unet/config.json came twice with the wrong content and was deleted.');
    expect(world.said.notices).toContain('its checksum (git-sha1) is not the one that the hub lists; deleted\n');
    expect(await readdir(join(world.modelsDir, 'sdxl/base/unet'))).toEqual([]);
  });
});

describe('the token', () => {
  it('goes to the hub, to no host that it redirects to, and into nothing that is written', async () => {
    const world = await openLoraWorld();
    const token = 'hf_aVerySecretToken';
    world.hub.token = token;
    await world.pull({ token });
    expect(new Set(world.hub.seen.filter(({ server }) => server === 'hub').map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${token}`]));
    expect(new Set(world.hub.seen.filter(({ server }) => server === 'cdn').map(({ authorization }) => authorization))).toEqual(new Set([undefined]));

    const failed = await openLoraWorld();
    failed.hub.faults = [{ path: /cdn/, kind: 'status', status: 500, times: 999 }];
    const error: unknown = await failed.pull({ token }).catch((thrown: unknown) => thrown);
    const files = await Promise.all(
      (await readdir(failed.modelsDir, { recursive: true, withFileTypes: true })).filter((each) => each.isFile()).map((each) => readFile(join(each.parentPath, each.name), 'utf8')),
    );
    const written = [String(error), error instanceof Error ? error.stack : '', JSON.stringify(failed.said), ...files].join('\n');
    expect(written).not.toContain(token);
    expect(written).not.toContain('very-secret');
    expect(written).toContain('(500)');
  });

  it.each([
    [401, 'GatedRepo', undefined, 'is gated (401): accept its conditions at'],
    [401, 'RepoNotFound', undefined, 'does not exist, or is not open to everyone (401): if you may read it at'],
    [401, undefined, 'hf_old', 'The hub does not accept HF_TOKEN (401): create a token with read access at'],
    [403, 'GatedRepo', 'hf_mine', 'with the account that HF_TOKEN belongs to, and let that token read it'],
    [404, 'RepoNotFound', undefined, `There is no revision main in ${REPO} at`],
    [400, undefined, undefined, 'is HF_ENDPOINT a hub?'],
  ])('or its lack is named when the hub answers %i %s', async (status, code, token, message) => {
    const world = await openLoraWorld();
    world.hub.faults = [{ path: /./, kind: 'status', status, headers: code === undefined ? {} : { 'x-error-code': code }, times: 1 }];
    const error: unknown = await world.pull(token === undefined ? {} : { token }).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(message);
    if (status === 401) expect(String(error)).toContain(`${world.hub.endpoint}/settings/tokens, set HF_TOKEN to it, and pull again`);
    expect(world.waits).toEqual([]);
  });
});

describe('a hub', () => {
  const { signal } = new AbortController();

  it('that refuses connections, or cannot be found, gets advice', async () => {
    const port = await freePort();
    await expect(new Hub({ endpoint: `http://127.0.0.1:${port}` }).commitOf('a/b', 'main', signal)).rejects.toThrow(`127.0.0.1:${port} refuses connections: is HF_ENDPOINT right?`);
    await expect(new Hub({ endpoint: 'http://hub.invalid' }).commitOf('a/b', 'main', signal)).rejects.toThrow(/hub\.invalid cannot be (found|looked up)/);
  });

  it('that answers with a login page is no hub', async () => {
    const world = await openLoraWorld();
    world.hub.faults = [{ path: /./, kind: 'status', status: 200, times: 1 }];
    await expect(world.pull()).rejects.toThrow('does not answer as the hub does: is HF_ENDPOINT right, and does the network want you to log in first?');
  });

  it('that redirects in a circle, or from https to http, is not followed', async () => {
    const world = await openLoraWorld();
    world.hub.faults = [{ path: /./, kind: 'status', status: 302, headers: { location: '/round' }, times: 99 }];
    await expect(world.pull()).rejects.toThrow('redirects in a circle');
    const downgrading = () => Promise.resolve(new Response(null, { status: 302, headers: { location: 'http://hub.example/x' } }));
    await expect(new Hub({ endpoint: 'https://hub.example', fetch: downgrading }).commitOf('a/b', 'main', signal)).rejects.toThrow('redirects from https to http');
  });

  it('that has not all the files says which one it lacks', async () => {
    const world = await openLoraWorld();
    world.hub.repos.get(REPO)?.delete(WEIGHTS);
    await expect(world.pull()).rejects.toThrow(`${REPO} has no ${WEIGHTS} at commit ${world.hub.commitOf(REPO)}: choose another one with --revision lora=COMMIT.`);
  });
});

it('reads how long to wait from seconds, a date or the rate limit', () => {
  const now = () => Date.parse('2026-01-01T00:00:00Z');
  const seconds = (headers: Record<string, string>) => waitSeconds(new Headers(headers), now);
  expect(seconds({ 'retry-after': '30' })).toBe(30);
  expect(seconds({ 'retry-after': 'Thu, 01 Jan 2026 00:01:30 GMT' })).toBe(90);
  expect(seconds({ ratelimit: '"api";r=0;t=42' })).toBe(42);
  expect(seconds({ 'retry-after': 'soon' })).toBeUndefined();
  expect(seconds({})).toBeUndefined();
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const at = server.address();
      server.close(() => resolve(at !== null && typeof at === 'object' ? at.port : 0));
    });
  });
}
