import { ComponentType } from 'discord-api-types/v10';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCustomIds } from '../../bot/custom-id/custom-ids.ts';
import { Broke, TokenExpired } from '../../bot/rest/discord-errors.ts';
import { type Discord, createDiscord } from '../../bot/rest/discord.ts';
import { costOf } from '../../core/credits.ts';
import type { Job } from '../../core/job.ts';
import { DEMO } from '../../core/model.ts';
import { LeaseLost } from '../../core/ledger/lease.ts';
import { holdJob } from '../../gpu-worker/consumer/job-in-hand.ts';
import { Cancelled, Draining, PutOff } from '../../gpu-worker/consumer/stop-reasons.ts';
import { TRAINED_ALGORITHMIC_MEDIA } from '../../core/provenance/digital-source-type.ts';
import { examine } from '../../core/provenance/examine.ts';
import { shortJobId } from '../../core/provenance/short-job-id.ts';
import { decodePicture } from '../../gpu-worker/delivery/decode-picture.ts';
import { readPngText } from '../../core/provenance/png-text.ts';
import { type FulfilPorts, type JobEvent, fulfilJob, refuseJob } from '../../gpu-worker/fulfil-job.ts';
import { type LoadedModel, loadModel } from '../../gpu-worker/models/loaded-model.ts';
import { modelFolders } from '../../gpu-worker/models/model-folders.ts';
import { Refused } from '../../gpu-worker/refused.ts';
import { ModelHostDied } from '../../gpu-worker/sdxl/session/model-host-died.ts';
import { imagineJob, newSnowflake, refineJob } from '../core/example-jobs.ts';
import { type LocalWorld, startLocalWorld } from './local-world.ts';
import { modelHostPids } from './model-hosts.ts';

let world: LocalWorld;
let demo: LoadedModel;
let rest: Discord;
beforeAll(async () => {
  [world, demo] = await Promise.all([startLocalWorld(), loadModel(DEMO, modelFolders('demo', undefined), { provider: 'cpu' })]);
  rest = createDiscord({ token: world.discord.token, api: world.discord.apiBase, retries: 0 });
});
afterAll(async () => {
  await Promise.all([world.close(), demo.close()]);
});

const VISIBILITY_SECONDS = 60;

/** One worker's attempt at a job, as the consumer would make it. */
async function attempt(jobId: string, changes: Partial<FulfilPorts> = {}): Promise<{ events: JobEvent[]; error?: unknown; claim: string }> {
  const { ledger, stack, now, discord } = world;
  const owner = `worker-${Math.random()}`;
  const events: JobEvent[] = [];
  const ports: FulfilPorts = {
    store: stack.pictures,
    ledger,
    owner,
    model: (id) => (id === 'demo' ? demo : undefined),
    discord: rest,
    progressDiscord: rest,
    customIds: createCustomIds([discord.token]),
    report: (event) => events.push(event),
    now,
    ...changes,
  };
  const claim = await ledger.claim(jobId, owner, VISIBILITY_SECONDS);
  if (claim.kind !== 'claimed' && claim.kind !== 'resume-post') return { events, claim: claim.kind };
  const held = holdJob(
    {
      renewLease: async (id, seconds) => ((await ledger.extendLease(id, owner, seconds)) ? 'held' : 'lost'),
      hide: () => Promise.resolve(),
      isCancelled: async (id) => (await ledger.stateOf(id)) === 'cancelled',
      report: () => undefined,
    },
    {
      message: { messageId: 'm', body: '', receiptHandle: 'r', receiveCount: 1 },
      row: claim.row,
      from: claim.kind === 'claimed' ? 'paint' : 'post',
      claimedAt: now(),
    },
    { visibilitySeconds: VISIBILITY_SECONDS, now },
  );
  try {
    await fulfilJob(ports, held);
    return { events, claim: claim.kind };
  } catch (error) {
    if (error instanceof Refused) await refuseJob(ports, claim.row, error);
    return { events, claim: claim.kind, error };
  } finally {
    held.stopHeartbeat();
  }
}

/** The process dies at a call of this method: before it has an effect, or after. */
function dyingAt<T extends object>(target: T, method: keyof T, moment: 'before' | 'after'): T {
  return around(target, method, async (call) => {
    if (moment === 'after') await call();
    throw new Error('SIGKILL');
  });
}

/** `target`, with `act` in the place of one of its methods; `act` gets the method's own call. */
function around<T extends object>(target: T, method: keyof T, act: (call: () => Promise<unknown>) => Promise<unknown>): T {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== 'function') return value;
      if (name !== method) return value.bind(object) as unknown;
      return (...args: unknown[]) => act(async () => Reflect.apply(value, object, args) as unknown);
    },
  });
}

/** Long enough for a dead worker's lease to end. */
function waitOutLease(): void {
  world.advance(VISIBILITY_SECONDS * 1000 + 1);
}

async function spentBy(userId: string): Promise<number> {
  return (await world.ledger.balance(userId, world.state.guild.id)).spent;
}

async function picturesOf(jobId: string) {
  return (await world.pictures()).filter(({ attachments }) => attachments.some(({ filename }) => filename.includes(jobId)));
}

describe('an /imagine job', () => {
  it('ends as a picture in the original response, with alt text, ✨, and its credits charged', async () => {
    const before = await spentBy(world.state.me.id);
    const jobId = await world.imagine();
    const { error } = await attempt(jobId);
    expect(error).toBeUndefined();

    const [message] = await picturesOf(jobId);
    expect(message?.interaction_metadata?.id).toBe(jobId);
    expect(message?.attachments.map(({ filename, description }) => [filename, description])).toEqual([
      [`refinery-${jobId}-1.png`, 'Generated picture: a red house under a yellow sun'],
    ]);
    expect(message?.reactions?.map(({ emoji, count }) => [emoji.name, count])).toEqual([['✨', 1]]);
    const row = await world.ledger.find(jobId);
    expect(row).toMatchObject({ state: 'posted', posted: { channelId: world.channelId, messageIds: [message?.id] } });
    expect(await spentBy(world.state.me.id)).toBe(before + (row?.cost ?? 0));

    const file = new Uint8Array(await (await fetch(message?.attachments[0]?.url ?? '')).arrayBuffer());
    expect(await sharp(file).metadata()).toMatchObject({ format: 'png', width: 512, height: 512 });
    const found = await examine(file, await decodePicture(file));
    expect(found).toMatchObject({ digitalSourceType: TRAINED_ALGORITHMIC_MEDIA, recipe: { seed: 7, job: shortJobId(jobId) }, watermark: { kind: 'found', jobId: shortJobId(jobId) } });
    expect(readPngText(file, 'parameters')).toMatch(/^a red house under a yellow sun\nSteps: 4, Sampler: Euler, CFG scale: 5, Seed: 7, Size: 128x128, Model: demo/);
  });

  it('shows its progress in the same message until the picture is there', async () => {
    const jobId = await world.imagine();
    const titles: (string | undefined)[] = [];
    const files: number[] = [];
    const progressDiscord: FulfilPorts['progressDiscord'] = {
      typing: rest.typing,
      editOriginal: (application, token, card, uploads = []) => {
        titles.push(card.embeds[0]?.title);
        files.push(uploads.length);
        return rest.editOriginal(application, token, card, uploads);
      },
    };
    await attempt(jobId, { progressDiscord });
    expect(titles[0]).toBe('Painting');
    expect(files[0]).toBe(1);
    expect(await picturesOf(jobId)).toHaveLength(1);
  });

  it('that is cancelled while it is painted stops there, uncharged, and its card says so', async () => {
    const before = await spentBy(world.state.me.id);
    const jobId = await world.imagine({ steps: 40 });
    let steps = 0;
    const progressDiscord: FulfilPorts['progressDiscord'] = {
      typing: rest.typing,
      editOriginal: async (...args) => {
        if (++steps === 1) await world.ledger.end(jobId, { state: 'cancelled', reason: 'by-asker' });
        return rest.editOriginal(...args);
      },
    };
    const { error } = await attempt(jobId, { progressDiscord });
    expect(error).toBeInstanceOf(Cancelled);
    const card = (await world.posts()).find(({ interaction_metadata: by }) => by?.id === jobId);
    expect(card?.embeds.map(({ title }) => title)).toEqual(['Cancelled']);
    expect(card?.components).toEqual([]);
    expect(await spentBy(world.state.me.id)).toBe(before);
  });

  it.each([
    ['a picture', false],
    ['a picture and a mask', true],
  ])('that begins from %s paints into it', async (_, isMasked) => {
    const png = await sharp({ create: { width: 128, height: 128, channels: 3, background: { r: 20, g: 60, b: 200 } } }).png().toBuffer();
    const left = await sharp({ create: { width: 64, height: 128, channels: 3, background: 'white' } }).extend({ right: 64, background: 'black' }).png().toBuffer();
    const file = (name: string) => ({ url: `https://cdn.discordapp.com/${name}`, bytes: 9 });
    const work = { steps: 6, image: file('picture'), strength: 0.5, ...(isMasked && { mask: file('mask') }) };
    const job = imagineJob({ channelId: world.channelId, guildId: world.state.guild.id, userId: world.state.me.id, createdAt: world.now(), work });
    await world.ledger.admit(job, costOf(job.work));
    const { error } = await attempt(job.id, { fetchAttachment: async ({ url }) => (url.endsWith('mask') ? left : png) });
    expect(error).toBeUndefined();
    const { data, info } = await sharp(await world.stack.pictures.get(`painted/${job.id}/0.png`)).raw().toBuffer({ resolveWithObject: true });
    const at = (64 * 128 + 110) * info.channels;
    expect((data[at + 2] ?? 0) - (data[at] ?? 0)).toBeGreaterThan(40); // still blue on the right: kept, or painted from blue
    expect((await picturesOf(job.id))[0]?.embeds[0]?.fields?.[0]?.value).toContain(isMasked ? 'painted into your picture' : 'from your picture at strength 0.5');
  });

  it('behind a spoiler is hidden as Discord hides files, its ✨ with what it was before, and nothing of it is shown beforehand', async () => {
    const jobId = await world.imagine({ spoiler: true, count: 2, refine: 'none', steps: 2 });
    const files: number[] = [];
    const progressDiscord: FulfilPorts['progressDiscord'] = {
      ...rest,
      editOriginal: (application, token, card, uploads = []) => {
        files.push(uploads.length);
        return rest.editOriginal(application, token, card, uploads);
      },
    };
    expect(await attempt(jobId, { progressDiscord })).toMatchObject({ claim: 'claimed', events: expect.not.arrayContaining([expect.objectContaining({ name: 'job:tell:done' })]) as unknown });
    expect(Math.max(0, ...files)).toBe(0);
    const [message] = await picturesOf(jobId);
    expect(message?.attachments.map(({ filename }) => filename)).toEqual([1, 2].map((number) => `SPOILER_refinery-${jobId}-${number}.png`));

    await world.max.react(world.channelId, message?.id ?? '', '2️⃣');
    const refineId = `refine-${message?.id}-1`;
    await world.until(refineId, ({ state }) => state === 'queued');
    await attempt(refineId);
    const [refined] = await picturesOf(refineId);
    expect(refined?.attachments.map(({ filename }) => filename)).toEqual(['SPOILER_before.png', `SPOILER_refinery-${refineId}-1.png`]);
  });

  it('whose picture is too large for Discord ends with a smaller file; the lossless one is kept, and linked to only where others could open the link', async () => {
    const job = imagineJob({ channelId: world.channelId, guildId: world.state.guild.id, userId: world.state.me.id, createdAt: world.now(), attachmentBytes: 40_000, work: { steps: 2 } });
    await world.ledger.admit(job, costOf(job.work));
    await attempt(job.id);
    const [message] = await picturesOf(job.id);
    expect(message?.attachments.map(({ content_type: type, size }) => [type, size <= 40_000])).toEqual([['image/webp', true]]);
    const fullKey = (await world.ledger.find(job.id))?.pictures?.[0]?.fullKey ?? '';
    const lossless = await world.stack.pictures.get(fullKey);
    expect(lossless.byteLength).toBeGreaterThan(40_000);
    expect(await sharp(lossless).metadata()).toMatchObject({ format: 'png', width: 512, height: 512 });
    // This store is on the loopback of this machine.
    expect(JSON.stringify(message?.embeds)).not.toContain('Without loss');
  });

  it('of several pictures ends as one message with a number under it for each', async () => {
    const jobId = await world.imagine({ count: 2, seed: 4_294_967_295, refine: 'none' });
    await attempt(jobId);
    const [message] = await picturesOf(jobId);
    expect(message?.attachments.map(({ filename }) => filename)).toEqual([`refinery-${jobId}-1.png`, `refinery-${jobId}-2.png`]);
    expect(message?.reactions?.map(({ emoji }) => emoji.name)).toEqual(['1️⃣', '2️⃣', '✨']);
    const row = await world.ledger.find(jobId);
    expect(row?.pictures?.map(({ seed }) => seed)).toEqual([4_294_967_295, 0]);
  });

  it('is posted in the channel, mentioning its asker alone, once the interaction token is too old', async () => {
    const jobId = await world.imagine({ prompt: '@everyone look' });
    world.advance(14 * 60_000);
    await attempt(jobId);
    const [message] = await picturesOf(jobId);
    expect(message?.interaction_metadata).toBeUndefined();
    expect(message?.mentions.map(({ id }) => id)).toEqual([world.state.me.id]);
    expect(message?.mention_everyone).toBe(false);
  });

  it('waits a moment for the bot to answer first', async () => {
    const jobId = await world.imagine();
    let calls = 0;
    const discord: FulfilPorts['discord'] = {
      ...rest,
      editOriginal: (...args) =>
        ++calls === 1 ? Promise.reject(new TokenExpired('not answered yet', 'PATCH', 404, 10_015)) : rest.editOriginal(...args),
    };
    const soon = world.now(); // a busy machine paints for longer than the moment lasts
    await attempt(jobId, { discord, now: () => soon });
    expect((await picturesOf(jobId))[0]?.interaction_metadata?.id).toBe(jobId);
  });

  it('goes on in another worker from the step at which the first one drained, to the same picture', async () => {
    const whole = await world.imagine({ steps: 8 });
    await attempt(whole);
    const jobId = await world.imagine({ steps: 8 });
    const owner = 'draining';
    const claim = await world.ledger.claim(jobId, owner, VISIBILITY_SECONDS);
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    const draining = new AbortController();
    const held = { row: claim.row, from: 'paint', signal: draining.signal, holdsLease: () => true, renew: () => Promise.resolve() } as const;
    let edits = 0;
    const progressDiscord: FulfilPorts['progressDiscord'] = {
      typing: rest.typing,
      editOriginal: async (...args) => {
        edits += 1;
        draining.abort(new Draining());
        return rest.editOriginal(...args);
      },
    };
    const ports = { store: world.stack.pictures, ledger: world.ledger, owner, model: () => demo, discord: rest, progressDiscord, customIds: createCustomIds(['a key']), report: () => undefined };
    await expect(fulfilJob(ports, held)).rejects.toThrow(Draining);
    expect(edits).toBe(1);
    expect((await world.ledger.find(jobId))?.checkpoint?.stage).toMatch(/step|handover/);
    await world.ledger.release(jobId, owner);

    await attempt(jobId);
    const files = await Promise.all([whole, jobId].map((id) => world.stack.pictures.get(`painted/${id}/0.png`)));
    expect(files[0]).toEqual(files[1]);
  });
});

describe('whatever dies when, a picture is posted once and charged once', () => {
  it.each([
    ['before its painted picture is recorded', (): Partial<FulfilPorts> => ({ ledger: dyingAt(world.ledger, 'saveCheckpoint', 'before') }), 'claimed'],
    ['after its hand-over was recorded', (): Partial<FulfilPorts> => ({ ledger: dyingAt(world.ledger, 'saveCheckpoint', 'after') }), 'claimed'],
    ['before it is marked painted', (): Partial<FulfilPorts> => ({ ledger: dyingAt(world.ledger, 'markPainted', 'before') }), 'claimed'],
    ['after it was marked painted', (): Partial<FulfilPorts> => ({ ledger: dyingAt(world.ledger, 'markPainted', 'after') }), 'resume-post'],
    ['before the post', (): Partial<FulfilPorts> => ({ discord: dyingAt(rest, 'editOriginal', 'before') }), 'resume-post'],
    ['after the post', (): Partial<FulfilPorts> => ({ discord: dyingAt(rest, 'editOriginal', 'after') }), 'resume-post'],
    ['before it is marked posted', (): Partial<FulfilPorts> => ({ ledger: dyingAt(world.ledger, 'markPosted', 'before') }), 'resume-post'],
    ['after it was marked posted', (): Partial<FulfilPorts> => ({ ledger: dyingAt(world.ledger, 'markPosted', 'after') }), 'finished'],
  ])('%s', async (_, dying, next) => {
    const before = await spentBy(world.state.me.id);
    const jobId = await world.imagine({ steps: 2 });
    const first = await attempt(jobId, dying());
    expect(String(first.error)).toContain('SIGKILL');
    waitOutLease();
    const second = await attempt(jobId);
    expect(second.error).toBeUndefined();
    expect(second.claim).toBe(next);
    await expectOnce(jobId, before);
  });

  it.each([
    ['in the original response, and the token expired before the next worker came', 0, 16 * 60_000],
    ['in the channel, and the nonce was forgotten before the next worker came', 14 * 60_000, 6 * 60_000],
  ])('after a post %s', async (_, queuedMs, deadMs) => {
    const before = await spentBy(world.state.me.id);
    const jobId = await world.imagine({ steps: 2 });
    world.advance(queuedMs);
    await attempt(jobId, { ledger: dyingAt(world.ledger, 'markPosted', 'before') });
    world.advance(deadMs);
    const { events } = await attempt(jobId);
    expect(events.map(({ name }) => name)).toContain('job:post:found');
    await expectOnce(jobId, before);
  });

  it.each(['before', 'after'] as const)('%s a picture is put into its message in the channel, and the nonce was forgotten', async (moment) => {
    const before = await spentBy(world.state.me.id);
    const messages = (await world.posts()).length;
    const jobId = await world.imagine({ steps: 2 });
    world.advance(14 * 60_000);
    await attempt(jobId, { discord: dyingAt(rest, 'edit', moment) });
    world.advance(6 * 60_000);
    await attempt(jobId);
    await expectOnce(jobId, before);
    expect((await world.posts()).length - messages, 'the waiting card, and the picture').toBe(2);
  });

  it('after a private picture came as a direct message, and the nonce was forgotten', async () => {
    const before = await spentBy(world.state.me.id);
    const jobId = await world.imagine({ steps: 2, private: true });
    world.advance(14 * 60_000);
    await attempt(jobId, { ledger: dyingAt(world.ledger, 'markPosted', 'before') });
    world.advance(6 * 60_000);
    const { events } = await attempt(jobId);
    expect(events.map(({ name }) => name)).toContain('job:post:found');
    const { id: direct } = await world.max.directChannel((await rest.me()).id);
    const mine = (await world.max.messages(direct)).filter(({ attachments }) => attachments.some(({ filename }) => filename.includes(jobId)));
    expect(mine).toHaveLength(1);
    expect(await world.ledger.find(jobId)).toMatchObject({ state: 'posted', posted: { channelId: direct, messageIds: [mine[0]?.id] } });
    expect(await picturesOf(jobId), 'nothing in the channel').toEqual([]);
    expect(await spentBy(world.state.me.id)).toBeGreaterThan(before);
  });

  it('when the message that it had gone into was deleted before the next worker came: it gets another', async () => {
    const before = await spentBy(world.state.me.id);
    const jobId = await world.imagine({ steps: 2 });
    world.advance(14 * 60_000);
    await attempt(jobId, { discord: dyingAt(rest, 'edit', 'before') });
    const { answerPlace } = (await world.ledger.find(jobId)) ?? {};
    await rest.remove(answerPlace?.channelId ?? '', answerPlace?.messageId ?? '');
    world.advance(6 * 60_000);
    await attempt(jobId);
    await expectOnce(jobId, before);
  });

  it('when Discord asks to wait for minutes: the slot is free at once, and the picture kept', async () => {
    const before = await spentBy(world.state.me.id);
    const jobId = await world.imagine({ steps: 2 });
    world.discord.faults.add({ route: /^PATCH \/webhooks\/.*@original/, times: 1, status: 429, body: { message: 'wait', retry_after: 300, global: false }, headers: { 'retry-after': '300', 'x-ratelimit-scope': 'shared' } });
    const discord = createDiscord({ token: world.discord.token, api: world.discord.apiBase, longestWaitMs: 1000 });
    const { error, events } = await attempt(jobId, { discord, progressDiscord: unseen });
    expect(error).toBeInstanceOf(PutOff);
    expect(error).toMatchObject({ seconds: 301 });
    expect(events.map(({ name }) => name)).toContain('job:paint:done');
    expect(await world.ledger.find(jobId)).toMatchObject({ state: 'painted' });
    waitOutLease();
    expect((await attempt(jobId)).claim).toBe('resume-post');
    await expectOnce(jobId, before);
  });

  it('while a worker that stood still opened a second message: it takes it down again', async () => {
    const before = await spentBy(world.state.me.id);
    const jobId = await world.imagine({ steps: 2 });
    world.advance(14 * 60_000);
    const messages = (await world.posts()).length;
    let overtaken: Promise<unknown> | undefined;
    const discord = around(rest, 'post', async (posting) => {
      waitOutLease();
      overtaken ??= attempt(jobId);
      await overtaken;
      world.advance(6 * 60_000);
      return posting();
    });
    expect((await attempt(jobId, { discord })).error).toBeInstanceOf(LeaseLost);
    await expectOnce(jobId, before);
    expect((await world.posts()).length - messages).toBe(1);
  });

  /** Nobody watches the card. */
  const unseen: FulfilPorts['progressDiscord'] = { typing: () => Promise.resolve(), editOriginal: () => Promise.resolve({ id: '1', channel_id: '2', attachments: [] }) };

  async function expectOnce(jobId: string, spentBefore: number): Promise<void> {
    expect(await picturesOf(jobId)).toHaveLength(1);
    const row = await world.ledger.find(jobId);
    expect(row?.state).toBe('posted');
    expect(await spentBy(world.state.me.id)).toBe(spentBefore + (row?.cost ?? 0));
  }

  it('when the model host dies in the middle: the next try opens the model anew', async () => {
    const before = await spentBy(world.state.me.id);
    const jobId = await world.imagine();
    const progressDiscord: FulfilPorts['progressDiscord'] = {
      typing: rest.typing,
      editOriginal: async (...args) => {
        for (const pid of await modelHostPids()) process.kill(pid, 'SIGKILL');
        return rest.editOriginal(...args);
      },
    };
    expect((await attempt(jobId, { progressDiscord })).error).toBeInstanceOf(ModelHostDied);
    waitOutLease();
    expect((await attempt(jobId)).error).toBeUndefined();
    await expectOnce(jobId, before);
  }, 90_000); // it opens the model three times

  it('while a worker that was paused is overtaken: it posts nothing', async () => {
    const jobId = await world.imagine({ steps: 2 });
    const ledger = around(world.ledger, 'markPainted', async (marking) => {
      await marking();
      waitOutLease(); // the process stood still for so long
      expect((await world.ledger.claim(jobId, 'overtaker', 60)).kind).toBe('resume-post');
    });
    const { error } = await attempt(jobId, { ledger });
    expect(error).toBeInstanceOf(LeaseLost);
    expect(await picturesOf(jobId)).toHaveLength(0);
  });
});

describe('of two edits Discord keeps the last, so the picture waits', () => {
  it('for an edit of the waiting card that the bot has marked', async () => {
    const jobId = await world.imagine({ steps: 2 });
    const until = world.now() + 60_000;
    await world.ledger.markCard(jobId, until);
    const waits: number[] = [];
    const pause = async (milliseconds: number) => {
      expect(await picturesOf(jobId)).toEqual([]);
      waits.push(milliseconds);
    };
    await attempt(jobId, { pause });
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(30_000);
    expect(await picturesOf(jobId)).toHaveLength(1);
  });

  it('no longer than until that edit was answered', async () => {
    const jobId = await world.imagine({ steps: 2 });
    const until = world.now() + 60_000;
    await world.ledger.markCard(jobId, until);
    const ledger = around(world.ledger, 'markPainted', async (marking) => {
      await world.ledger.unmarkCard(jobId, until);
      return marking();
    });
    await attempt(jobId, { ledger, pause: () => Promise.reject(new Error('it waited')) });
    expect(await picturesOf(jobId)).toHaveLength(1);
  });

  it('for a preview that was never answered', async () => {
    const jobId = await world.imagine({ steps: 2 });
    const progressDiscord: FulfilPorts['progressDiscord'] = { ...rest, editOriginal: () => Promise.reject(new Broke('no answer', 'PATCH', undefined, undefined)) };
    const waits: number[] = [];
    await attempt(jobId, { progressDiscord, pause: async (milliseconds) => void waits.push(milliseconds) });
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(1000);
    expect(await picturesOf(jobId)).toHaveLength(1);
  });
});

describe('a ✨ job', () => {
  it('ends as a reply with a larger picture that mentions whoever reacted', async () => {
    const imagineId = await world.imagine();
    await attempt(imagineId);
    const [original] = await picturesOf(imagineId);
    await world.max.react(world.channelId, original?.id ?? '', '✨');
    const jobId = `refine-${original?.id}-0`;
    await world.until(jobId, ({ state }) => state === 'queued');
    const { error } = await attempt(jobId);
    expect(error).toBeUndefined();

    const [message] = await picturesOf(jobId);
    expect(message?.message_reference?.message_id).toBe(original?.id);
    expect(message?.mentions.map(({ id }) => id)).toEqual([world.state.me.id]);
    expect(message?.content).toContain(`/${world.channelId}/${original?.id}`);
    const sizes = await Promise.all((message?.attachments ?? []).map(async ({ url, filename }) => [filename.split('-')[0], (await sharp(await (await fetch(url)).arrayBuffer()).metadata()).width]));
    expect(sizes).toEqual([['before.png', 512], ['refinery', 768]]);
    expect(message?.content).toContain('(SDEdit)');
  });

  it('finishes what the base left, once the picture was painted without the refiner and while its latents are kept', async () => {
    const plain = await world.imagine({ refine: 'none', steps: 10, seed: 5 });
    const whole = await world.imagine({ refine: 'ensemble', steps: 10, seed: 5 });
    await attempt(plain);
    await attempt(whole);
    const [original] = await picturesOf(plain);
    const jobId = `refine-${original?.id}-0`;
    await world.max.react(world.channelId, original?.id ?? '', '✨');
    await world.until(jobId, ({ state }) => state === 'queued');
    expect((await attempt(jobId)).error).toBeUndefined();
    const [message] = await picturesOf(jobId);
    expect(message?.content).toContain('(ensemble)');
    expect(message?.attachments.map(({ filename }) => filename)).toEqual(['before.png', `refinery-${jobId}-1.png`]);
    const [ensemble, later] = await Promise.all([whole, jobId].map((id) => world.stack.pictures.get(`painted/${id}/0.png`)));
    expect(later).toEqual(ensemble);
    expect((await world.ledger.find(jobId))?.pictures).toMatchObject([{ refinedBy: 'ensemble', width: 128 }]);
  });

  it('raises the finished picture after all when the kept latents are gone by then', async () => {
    const plain = await world.imagine({ refine: 'none', steps: 6 });
    await attempt(plain);
    const [original] = await picturesOf(plain);
    const jobId = `refine-${original?.id}-0`;
    await world.max.react(world.channelId, original?.id ?? '', '✨');
    const { job } = await world.until(jobId, ({ state }) => state === 'queued');
    if (job.work.kind !== 'finish') throw new Error(`a job to ${job.work.kind}`);
    await world.stack.pictures.delete(job.work.handoverKey);
    expect((await attempt(jobId)).error).toBeUndefined();
    expect((await picturesOf(jobId))[0]?.content).toContain('(SDEdit)');
    expect((await world.ledger.find(jobId))?.pictures).toMatchObject([{ refinedBy: 'sdedit', width: 128 }]);
  });
});

describe('a button under a picture that was posted', () => {
  it.each([
    ['Vary', '🎨 varied from', 512],
    ['Upscale', '🔍 enlarged from', 1024],
    ['Again', '', 512],
  ])('%s brings a picture of its own, as a reply in place of its card', async (label, words, edge) => {
    const original = await world.imagine({ steps: 10 });
    await attempt(original);
    const [posted] = await picturesOf(original);
    const outcome = await press(posted, label);
    if (outcome.outcome !== 'answered') throw new Error(`no answer but ${outcome.outcome}`);
    const jobId = label === 'Upscale' ? `upscale-${posted?.id}-0` : outcome.interactionId;
    expect((await attempt(jobId)).error).toBeUndefined();

    const [message] = await picturesOf(jobId);
    expect(message?.id).toBe(outcome.messageId);
    expect(message?.message_reference?.message_id).toBe(posted?.id);
    expect(message?.content).toContain(words);
    expect(message?.attachments).toMatchObject([{ width: edge, height: edge, description: expect.stringContaining('a red house') }]);
    expect(message?.reactions?.map(({ emoji }) => emoji.name)).toEqual(['✨']);
    const { cost } = (await world.ledger.find(jobId)) ?? {};
    expect(cost).toBe(label === 'Vary' ? 24 : label === 'Upscale' ? 10 : 40);
  });

  it('Vary reaches the channel under the original when its interaction is long over', async () => {
    const original = await world.imagine({ steps: 4 });
    await attempt(original);
    const [posted] = await picturesOf(original);
    const outcome = await press(posted, 'Vary');
    world.advance(14 * 60_000);
    expect((await attempt(outcome.interactionId)).error).toBeUndefined();
    const [message] = await picturesOf(outcome.interactionId);
    expect(message?.message_reference?.message_id).toBe(posted?.id);
    expect(message?.content).toContain('🎨 varied from');
  });

  it('Refine, pressed while somebody’s ✨ is in line, adds nothing', async () => {
    const original = await world.imagine({ steps: 4 });
    await attempt(original);
    const [posted] = await picturesOf(original);
    await world.max.react(world.channelId, posted?.id ?? '', '✨');
    const jobId = `refine-${posted?.id}-0`;
    await world.until(jobId, ({ state }) => state === 'queued');
    await press(posted, 'Refine');
    expect((await world.ledger.find(jobId))?.attempt).toBe(1);
    expect((await attempt(jobId)).error).toBeUndefined();
    expect(await picturesOf(jobId)).toHaveLength(1);
  });

  function press(message: Awaited<ReturnType<typeof picturesOf>>[number] | undefined, label: string) {
    const buttons = (message?.components ?? []).flatMap((row) => (row.type === ComponentType.ActionRow ? row.components : []));
    const button = buttons.find((each) => 'label' in each && each.label?.startsWith(label));
    if (!message || !button || !('custom_id' in button)) throw new Error(`there is no button ${label}`);
    return world.max.interact({ kind: 'component', channelId: world.channelId, messageId: message.id, customId: button.custom_id });
  }
});

describe('a job that cannot be carried out', () => {
  const announcements = () => world.state.channels.find(({ name }) => name === 'announcements')?.id ?? '';

  async function admit(job: Job): Promise<Job> {
    await world.ledger.admit(job, costOf(job.work));
    return job;
  }

  /** A ✨ by `userId` on a painted picture, to be answered in a channel where the bot may not write. */
  async function closedToBot(userId: string): Promise<Job> {
    const imagineId = await world.imagine({ steps: 2 });
    await attempt(imagineId);
    const source = { jobId: imagineId, index: 0, pictureKey: `painted/${imagineId}/0.png`, channelId: world.channelId, messageId: newSnowflake() };
    return admit(refineJob(source, { userId, guildId: world.state.guild.id, channelId: announcements() }));
  }

  it('because the channel is closed is refunded, kept in the store, and told in a direct message', async () => {
    const job = await closedToBot(world.state.me.id);
    const before = await spentBy(job.userId);
    const { error, events } = await attempt(job.id);
    expect(error).toMatchObject({ reason: 'cannot-post' });
    expect(events.map(({ name }) => name)).toContain('job:tell:done');
    const row = await world.ledger.find(job.id);
    expect(row).toMatchObject({ state: 'failed', reason: 'cannot-post' });
    expect(await world.stack.pictures.exists(row?.pictures?.[0]?.key ?? '')).toBe(true);
    expect(await world.ledger.balance(job.userId, job.guildId)).toMatchObject({ spent: before });
  });

  it('ends all the same when the person cannot be told either', async () => {
    const nora = world.state.users.find(({ displayName }) => displayName === 'Nora')?.id ?? '';
    const job = await closedToBot(nora);
    const { events } = await attempt(job.id);
    expect(events.map(({ name }) => name)).toContain('job:tell:unreachable');
    expect(await world.ledger.find(job.id)).toMatchObject({ state: 'failed' });
    expect(await world.ledger.balance(nora, job.guildId)).toMatchObject({ spent: 0, reserved: 0 });
  });

  it('because its original picture is gone is told as a reply', async () => {
    const job = await admit(
      refineJob(
        { jobId: '1', index: 0, pictureKey: 'painted/1/0.png', channelId: world.channelId, messageId: (await world.posts())[0]?.id ?? '' },
        { userId: world.state.me.id, guildId: world.state.guild.id, channelId: world.channelId },
      ),
    );
    const { error } = await attempt(job.id);
    expect(error).toMatchObject({ reason: 'original-missing' });
    const last = (await world.posts()).at(-1);
    expect(last?.embeds[0]?.fields?.[0]?.value).toBe('The original picture is no longer kept.');
    expect(last?.embeds[0]?.footer?.text).toBe('Nothing was charged.');
  });

  it('because this worker has another model is told in the original response', async () => {
    const jobId = await world.imagine();
    const { error } = await attempt(jobId, { model: () => undefined });
    expect(error).toMatchObject({ reason: 'model-missing' });
    expect(await world.ledger.find(jobId)).toMatchObject({ state: 'failed', reason: 'model-missing' });
    const message = (await world.posts()).find(({ interaction_metadata }) => interaction_metadata?.id === jobId);
    expect(message?.embeds[0]?.fields?.[0]?.value).toBe('The model for this picture is not installed here.');
  });

  it('because the screen takes its picture for explicit is refunded, and told kindly; nothing of it was shown', async () => {
    const before = await spentBy(world.state.me.id);
    const jobId = await world.imagine();
    const explicit = { drawing: 0, neutral: 0, hentai: 0.5, porn: 0.5, sexy: 0 };
    const { error } = await attempt(jobId, { screen: { scores: async () => explicit, close: async () => undefined } });
    expect(error).toMatchObject({ reason: 'screened' });
    expect(await spentBy(world.state.me.id)).toBe(before);
    const message = (await world.posts()).find(({ interaction_metadata }) => interaction_metadata?.id === jobId);
    expect(message?.attachments).toEqual([]);
    expect(message?.embeds[0]?.fields?.[0]?.value).toBe('The screen took the picture for explicit, so it was not posted.');
  });

  it('is not told as ended before it could be told: Discord being down leaves it to the next try', async () => {
    const job = await admit(imagineJob({ userId: world.state.me.id, guildId: world.state.guild.id, channelId: world.channelId, work: { model: 'sdxl' } }));
    const down = createDiscord({ token: world.discord.token, api: 'http://127.0.0.1:9/api', retries: 0 });
    await expect(attempt(job.id, { discord: down })).rejects.toThrow(Broke);
    expect(await world.ledger.find(job.id)).toMatchObject({ state: 'running' });
  });
});
