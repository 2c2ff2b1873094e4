import { expect, test } from 'vitest';
import { decodeAwsChunked } from '../../../../infra/local/aws/s3/aws-chunked.ts';
import { checkSignature, readSignature, SignatureRefused, type Signature, type SignedRequest } from '../../../../infra/local/aws/sigv4.ts';

// The worked examples of S3's documentation: their key, date, requests and signatures.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, sigv4-query-string-auth.html, sigv4-streaming.html,
// sigv4-streaming-trailers.html
const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const NOW = Date.UTC(2013, 4, 24);
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const CREDENTIAL = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';

const GET: SignedRequest = {
  method: 'GET',
  url: '/test.txt',
  headers: {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': EMPTY,
    'x-amz-date': '20130524T000000Z',
    authorization:
      `AWS4-HMAC-SHA256 Credential=${CREDENTIAL},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,` +
      'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
};

const PRESIGNED: SignedRequest = {
  method: 'GET',
  url:
    '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
    '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
    '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  headers: { host: 'examplebucket.s3.amazonaws.com' },
};

function claim(request: SignedRequest): Signature {
  const signature = readSignature(request);
  if (signature === undefined) throw new Error('no signature found');
  return signature;
}

function reasonOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof SignatureRefused) return error.reason;
  }
  return 'good';
}

const check = (request: SignedRequest, hash: string, now = NOW, credentials = CREDENTIALS): string =>
  reasonOf(() => checkSignature(request, claim(request), hash, credentials, now));

test("the documentation's signed header is good, and with any other secret, path, header or hash it is not", () => {
  expect(check(GET, EMPTY)).toBe('good');
  expect(check(GET, EMPTY, NOW, { ...CREDENTIALS, secretAccessKey: 'other' })).toBe('wrong-signature');
  expect(check({ ...GET, url: '/test2.txt' }, EMPTY)).toBe('wrong-signature');
  expect(check({ ...GET, headers: { ...GET.headers, range: 'bytes=0-10' } }, EMPTY)).toBe('wrong-signature');
  expect(check(GET, 'UNSIGNED-PAYLOAD')).toBe('wrong-signature');
  expect(check(GET, EMPTY, NOW, { ...CREDENTIALS, accessKeyId: 'other' })).toBe('unknown-key');
});

test('a header signed more than fifteen minutes ago, or ahead, is refused', () => {
  expect(check(GET, EMPTY, NOW + 14 * 60_000)).toBe('good');
  expect(check(GET, EMPTY, NOW + 16 * 60_000)).toBe('skewed');
  expect(check(GET, EMPTY, NOW - 16 * 60_000)).toBe('skewed');
});

test("the documentation's link is good for the day it says", () => {
  expect(check(PRESIGNED, 'UNSIGNED-PAYLOAD', NOW + 86_400_000)).toBe('good');
  expect(check(PRESIGNED, 'UNSIGNED-PAYLOAD', NOW + 86_401_000)).toBe('expired');
  expect(check({ ...PRESIGNED, url: PRESIGNED.url.replace('86400', '86401') }, 'UNSIGNED-PAYLOAD')).toBe('wrong-signature');
});

test('an x-amz header that is not under the signature is refused', () => {
  expect(check({ ...PRESIGNED, headers: { ...PRESIGNED.headers, 'x-amz-acl': 'public-read' } }, 'UNSIGNED-PAYLOAD')).toBe('unsigned-header');
});

test('what cannot be read as a signature says so', () => {
  const withHeader = (authorization: string) => reasonOf(() => readSignature({ ...GET, headers: { authorization } }));
  expect(withHeader('Basic dXNlcg==')).toBe('malformed');
  expect(withHeader('AWS4-HMAC-SHA256 Credential=abc')).toBe('malformed');
  expect(reasonOf(() => readSignature({ ...PRESIGNED, url: PRESIGNED.url.replace('86400', 'soon') }))).toBe('malformed');
  expect(readSignature({ ...GET, headers: {} })).toBeUndefined();
});

/** A PUT of 66,560 times "a" in a chunk of 64 KiB, one of 1 KiB and the last. */
function framed(signatures: readonly string[], trailers = ''): string {
  const [first, second, last] = signatures;
  const a = (count: number): string => 'a'.repeat(count);
  return (
    `10000;chunk-signature=${first}\r\n${a(65_536)}\r\n400;chunk-signature=${second}\r\n${a(1024)}\r\n0;chunk-signature=${last}\r\n${trailers}\r\n`
  );
}

async function decode(text: string, seed: string, pieces = 1000): Promise<{ length: number; trailers: Map<string, string> }> {
  const request: Signature = {
    where: 'header',
    accessKeyId: CREDENTIALS.accessKeyId,
    scope: '20130524/us-east-1/s3/aws4_request',
    signedHeaders: [],
    signature: seed,
    amzDate: '20130524T000000Z',
  };
  const key = checkSignature(GET, claim(GET), EMPTY, CREDENTIALS, NOW);
  const trailers = new Map<string, string>();
  async function* source(): AsyncGenerator<Buffer> {
    for (let i = 0; i < text.length; i += pieces) yield Buffer.from(text.slice(i, i + pieces));
  }
  let length = 0;
  for await (const chunk of decodeAwsChunked(source(), trailers, { key, request })) length += chunk.length;
  return { length, trailers };
}

const SEED = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9';
const CHUNKS = [
  'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
  '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
  'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
];

test("the documentation's signed chunks are read in pieces of any size", async () => {
  for (const pieces of [7, 1000, 100_000]) expect(await decode(framed(CHUNKS), SEED, pieces)).toMatchObject({ length: 66_560 });
});

test('a chunk that was changed, reordered or cut short is refused', async () => {
  const [first = '', second = '', last = ''] = CHUNKS;
  await expect(decode(framed(CHUNKS).replace('aaaa', 'aaab'), SEED)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
  await expect(decode(framed([second, first, last]), SEED)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
  await expect(decode(framed(CHUNKS).slice(0, 66_000), SEED)).rejects.toMatchObject({ code: 'IncompleteBody' });
});

test("the documentation's signed trailer is good, and a changed one is not", async () => {
  const seed = '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e';
  const chunks = [
    'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
  ];
  const signature = 'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n';
  const text = framed(chunks, `x-amz-checksum-crc32c:sOO8/Q==\r\n${signature}`);
  expect((await decode(text, seed)).trailers).toEqual(new Map([['x-amz-checksum-crc32c', 'sOO8/Q==']]));
  await expect(decode(text.replace('sOO8', 'sOO9'), seed)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
  await expect(decode(text.replace(signature, ''), seed)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
});
