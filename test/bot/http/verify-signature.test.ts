import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { createVerify } from '../../../bot/http/verify-signature.ts';

const NOW = 1_763_900_000_000;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const publicKeyHex = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
const verify = createVerify(publicKeyHex, () => NOW);

function signed(text: string, ageSeconds = 0) {
  const timestamp = String(NOW / 1000 - ageSeconds);
  const body = Buffer.from(text);
  return { body, timestamp, signature: sign(null, Buffer.concat([Buffer.from(timestamp), body]), privateKey).toString('hex') };
}

test('Discord’s signature is accepted', () => expect(verify(signed('{"type":1}'))).toBe(true));
test('another body under the same signature is refused', () => expect(verify({ ...signed('{"type":1}'), body: Buffer.from('{"type":2}') })).toBe(false));
test('another timestamp under the same signature is refused', () => {
  expect(verify({ ...signed('{}'), timestamp: String(NOW / 1000 + 1) })).toBe(false);
});
test('someone else’s signature is refused', () => {
  const other = generateKeyPairSync('ed25519').privateKey;
  const request = signed('{}');
  expect(verify({ ...request, signature: sign(null, Buffer.concat([Buffer.from(request.timestamp), request.body]), other).toString('hex') })).toBe(false);
});
test.each([301, -301, 86_400])('a true signature %i seconds old is refused', (age) => expect(verify(signed('{}', age))).toBe(false));
test.each([undefined, '', 'zz', '00', 'g'.repeat(128), '0'.repeat(128)])('the signature %j is refused without a throw', (signature) => {
  expect(verify({ ...signed('{}'), signature })).toBe(false);
});
test.each([undefined, '', 'now', '-1', '1e9'])('the timestamp %j is refused without a throw', (timestamp) => {
  expect(verify({ ...signed('{}'), timestamp })).toBe(false);
});
