import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { examineWithoutPixels } from '../../../bot/verify/examine-without-pixels.ts';
import { verify, verifyMessage } from '../../../bot/verify/verify.ts';
import { verifyCard } from '../../../bot/cards/verify-card.ts';
import type { CommandInteraction, MessageCommandInteraction } from '../../../bot/interactions/interaction.ts';
import { parseInteraction } from '../../../bot/interactions/parse-interaction.ts';
import type { LatePorts } from '../../../bot/ports.ts';
import { encodePng } from '../../../gpu-worker/delivery/encode-picture.ts';
import { TRAINED_ALGORITHMIC_MEDIA } from '../../../core/provenance/digital-source-type.ts';
import { decodePixels } from '../../../core/provenance/decode-pixels.ts';
import { examine } from '../../../core/provenance/examine.ts';
import { examineInChild } from '../../../core/provenance/examine-in-child.ts';
import { embed } from '../../../core/provenance/watermark/embed.ts';
import { violations } from '../discord-rules.ts';
import { messageCommandInteraction, seenMessage } from '../interactions/example-interaction.ts';
import { keepLog } from '../quiet-log.ts';

/** A process starts in a second; on a machine that has much else to do, in a minute. */
const CHILD_MS = 120_000;
const JOB = '0123abcdef';
const RECIPE = { version: 1, software: 'Refinery', job: JOB, prompt: 'a *red* house', seed: 7 } as const;
let ours: Uint8Array;
let foreign: Uint8Array;

beforeAll(async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="320"><rect width="100%" height="100%" fill="#7fb3e0"/><circle cx="120" cy="150" r="70" fill="#b8322a"/></svg>';
  const { data, info } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const picture = embed({ width: info.width, height: info.height, rgb: new Uint8Array(data) }, { jobId: JOB });
  ours = (await encodePng(picture, { recipe: RECIPE, parameters: 'a *red* house\nSteps: 4' })).bytes;
  // Too long for a watermark: it need not be searched for.
  foreign = await sharp({ create: { width: 640, height: 16, channels: 3, background: '#3f8f3a' } }).png().toBuffer();
});

/** Asks as somebody does in a message's menu, and reads the card that comes late. */
async function ask(file: () => Promise<Uint8Array>, changes: Partial<LatePorts> = {}, filenames = ['a.png']) {
  const ports = { discord: { download: file }, examinePicture: async (bytes: Uint8Array) => examine(bytes, await decodePixels(bytes)), log: keepLog(), ...changes } as unknown as LatePorts;
  const interaction = parseInteraction(messageCommandInteraction('Verify picture', seenMessage('77', filenames)), Date.now()) as MessageCommandInteraction;
  const answer = await verifyMessage(interaction, ports);
  if (!('later' in answer)) return answer;
  const late = await answer.later(ports);
  const card = 'files' in late ? late.card : late;
  expect(violations('IncomingWebhookUpdateRequestPartialSchema', card)).toEqual([]);
  return card;
}

describe('Verify picture', () => {
  it('finds watermark, metadata and recipe in a picture of ours, looked at in a process of its own', { timeout: CHILD_MS }, async () => {
    const card = JSON.stringify(await ask(async () => ours, { examinePicture: examineInChild }));
    expect(card).toContain(`job \`${JOB}\``);
    expect(card).toContain('Made by a trained model, by Refinery.');
    expect(card).toContain(String.raw`a \\*red\\* house`);
  });

  it('finds nothing in another, and says that this proves nothing', async () => {
    expect(JSON.stringify(await ask(async () => foreign))).toMatch(/Nothing was found.*That proves nothing/);
  });

  it('reads what is beside the pixels where those cannot be read', async () => {
    const ports = { discord: { download: async () => ours }, examinePicture: examineWithoutPixels, log: keepLog() } as unknown as LatePorts;
    const interaction = parseInteraction(messageCommandInteraction('Verify picture', seenMessage('77', ['a.png'])), Date.now()) as MessageCommandInteraction;
    const answer = await verifyMessage(interaction, ports);
    const text = 'later' in answer ? JSON.stringify(await answer.later(ports)) : '';
    expect(text).toContain('Not looked for');
    expect(text).toContain('Made by a trained model');
  });

  it('says what is the matter with a file that is no picture, one that is gone, and a message without any', async () => {
    expect(JSON.stringify(await ask(async () => new TextEncoder().encode('no picture')))).toContain('no picture that can be read');
    expect(JSON.stringify(await ask(async () => Promise.reject(new Error('404'))))).toContain('could not be fetched');
    expect(JSON.stringify(await ask(async () => ours, {}, []))).toContain('There is no picture in that message.');
  });
});

describe('/verify', () => {
  it('refuses what is too large before it is fetched', async () => {
    const attachment = { id: '5', filename: 'a.png', contentType: 'image/png', bytes: 30_000_000, url: 'https://cdn.discordapp.com/a.png', width: 9, height: 9 };
    const interaction = { options: new Map([['picture', '5']]), resolved: { attachments: new Map([['5', attachment]]) } } as unknown as CommandInteraction;
    expect(JSON.stringify(await verify(interaction, {} as LatePorts))).toContain('too large');
  });

  it('shows every setting that a file tells, and fits Discord however much a stranger wrote into it', () => {
    const recipe = { ...RECIPE, prompt2: 'oil', clipSkip: 1, guidanceRescale: 0.7, denoisingEnd: 0.6, refineStrength: 0.4 };
    const bare = { c2pa: { kind: 'none' }, watermark: { kind: 'none' } } as const;
    const card = JSON.stringify(verifyCard({ ...bare, recipe }));
    for (const word of ['oil', 'clip skip 1', String.raw`rescale 0\\.7`, String.raw`hand\\-over at 0\\.6`, String.raw`refiner’s strength 0\\.4`]) expect(card).toContain(word);
    const much = '*'.repeat(4000);
    for (const c2pa of [{ kind: 'valid', signer: much, issuer: much, digitalSourceType: TRAINED_ALGORITHMIC_MEDIA }, { kind: 'invalid', why: [much, much], signer: much, issuer: much }] as const) {
      expect(violations('IncomingWebhookUpdateRequestPartialSchema', verifyCard({ ...bare, c2pa }))).toEqual([]);
    }
    const fullest = verifyCard({ ...bare, digitalSourceType: much, creatorTool: much, recipe: { ...recipe, prompt: much, prompt2: much, model: much, sampler: much } });
    expect(violations('IncomingWebhookUpdateRequestPartialSchema', fullest)).toEqual([]);
  });

  it('says of a signature that does not hold that it does not', () => {
    const card = verifyCard({ c2pa: { kind: 'invalid', why: ['assertion.dataHash.mismatch'], signer: 'CN=Somebody' }, watermark: { kind: 'none' } });
    expect(JSON.stringify(card)).toContain('It does **not** hold');
    expect(violations('MessageCreateRequestSchema', card)).toEqual([]);
  });
});
