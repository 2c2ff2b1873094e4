import { createPublicKey, verify } from 'node:crypto';

/** Older requests, or ones from further in the future, are refused: a signature seen once cannot be used later. */
export const MAX_AGE_SECONDS = 300;

export type Verify = (request: { readonly body: Uint8Array; readonly signature: string | undefined; readonly timestamp: string | undefined }) => boolean;

/**
 * Checks the Ed25519 signature over timestamp + raw body that Discord puts on every interaction
 * (https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers).
 * @param publicKey the application's, 64 hexadecimal digits
 * @param now epoch milliseconds
 */
export function createVerify(publicKey: string, now: () => number): Verify {
  const x = Buffer.from(publicKey, 'hex').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return ({ body, signature, timestamp }) => {
    if (signature === undefined || !/^[0-9a-f]{128}$/i.test(signature)) return false;
    if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
    if (Math.abs(now() / 1000 - Number(timestamp)) > MAX_AGE_SECONDS) return false;
    return verify(null, Buffer.concat([Buffer.from(timestamp), body]), key, Buffer.from(signature, 'hex'));
  };
}
