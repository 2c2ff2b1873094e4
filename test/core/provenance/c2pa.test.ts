import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../../core/provenance/c2pa/read-manifest.ts';
import { BadSigningIdentity, type SignPicture, type SigningIdentity, openSigner } from '../../../core/provenance/c2pa/sign-picture.ts';
import { TRAINED_ALGORITHMIC_MEDIA } from '../../../core/provenance/digital-source-type.ts';
import { makeIdentity } from './certificates.ts';

const picture = () => sharp({ create: { width: 64, height: 48, channels: 3, background: '#3f8f3a' } });

describe('a C2PA manifest', () => {
  let identity: SigningIdentity;
  let sign: SignPicture;
  beforeAll(async () => {
    identity = makeIdentity();
    sign = await openSigner(identity);
  });

  it.each([
    ['image/png', () => picture().png().toBuffer()],
    ['image/jpeg', () => picture().jpeg().toBuffer()],
  ] as const)('of a signed %s holds, and says who signed and that a model made it', async (type, encode) => {
    const signed = await sign(await encode(), type);
    const found = await readManifest(signed);
    expect(found).toMatchObject({ kind: 'valid', generator: 'Refinery', digitalSourceType: TRAINED_ALGORITHMIC_MEDIA });
    expect(found).toHaveProperty('signer', expect.stringContaining('Refinery of the test studio'));
    expect((await sharp(signed).metadata()).width).toBe(64);
  });

  it('does not hold once a byte of the picture is another', async () => {
    const signed = Buffer.from(await sign(await picture().png().toBuffer(), 'image/png'));
    const inside = signed.lastIndexOf('IDAT') + 12;
    signed[inside] = (signed[inside] ?? 0) ^ 1;
    expect(await readManifest(signed)).toMatchObject({ kind: 'invalid', why: expect.arrayContaining(['assertion.dataHash.mismatch']) as unknown });
  });

  it('is missed where there is none, and not believed where it is rubbish', async () => {
    expect(await readManifest(await picture().png().toBuffer())).toEqual({ kind: 'none' });
    expect(await readManifest(new TextEncoder().encode('no picture'))).toEqual({ kind: 'none' });
    const torn = Buffer.from(await sign(await picture().png().toBuffer(), 'image/png'));
    torn.fill(0x20, torn.indexOf('caBX') + 30, torn.indexOf('caBX') + 400);
    expect((await readManifest(torn)).kind).toBe('invalid');
  });

  it('cannot be signed with what does not fit together', async () => {
    await expect(openSigner({ ...identity, privateKey: makeIdentity().privateKey })).rejects.toThrow(BadSigningIdentity);
    await expect(openSigner({ ...identity, privateKey: 'no key' })).rejects.toThrow(/cannot be read as a private key/);
    await expect(openSigner({ ...identity, certificateChain: '' })).rejects.toThrow(/holds no certificate/);
  });
});
