/**
 * Decodes the aws-chunked framing of streamed uploads, signed or not, and its trailers.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
import { equal, sha256, sign, stringToSign, type Signature } from '../sigv4.ts';
import { s3Error } from './s3-error.ts';

/** Signs on from the request's signature: each chunk's signature covers the one before. */
export interface ChunkSigning {
  readonly key: Buffer;
  readonly request: Signature;
}

const EMPTY_HASH = sha256('');
/** S3 takes chunks of up to 16 MiB or so from its own clients. */
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;
const MAX_LINE_BYTES = 8 * 1024;

/**
 * The data inside the frames; trailers go into `trailers` by lower-case name. With `signing` every chunk, and the trailers, must carry
 * a good signature. Throws SignatureDoesNotMatch, or IncompleteBody when the framing is broken.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
  signing: ChunkSigning | undefined,
): AsyncGenerator<Buffer> {
  const input = new ByteReader(source);
  let previous = signing?.request.signature ?? '';
  for (;;) {
    const [size = '', ...extensions] = (await input.line()).split(';');
    const length = Number.parseInt(size, 16);
    if (!/^[\da-f]+$/i.test(size) || length > MAX_CHUNK_BYTES) throw incomplete();
    const chunk = await input.take(length);
    if (signing !== undefined) {
      const expected = sign(signing.key, stringToSign(signing.request, 'AWS4-HMAC-SHA256-PAYLOAD', previous, EMPTY_HASH, sha256(chunk)));
      const claimed = extensions.find((one) => one.startsWith('chunk-signature='))?.slice('chunk-signature='.length) ?? '';
      if (!equal(expected, claimed)) throw mismatch();
      previous = expected;
    }
    if (length === 0) break;
    if ((await input.line()) !== '') throw incomplete();
    yield chunk;
  }
  await readTrailers(input, trailers);
  const claimed = trailers.get('x-amz-trailer-signature');
  trailers.delete('x-amz-trailer-signature');
  if (signing === undefined || (trailers.size === 0 && claimed === undefined)) return;
  const canonical = Array.from(trailers, ([name, value]) => `${name}:${value}\n`).join('');
  const expected = sign(signing.key, stringToSign(signing.request, 'AWS4-HMAC-SHA256-TRAILER', previous, sha256(canonical)));
  if (!equal(expected, claimed ?? '')) throw mismatch();
}

async function readTrailers(input: ByteReader, trailers: Map<string, string>): Promise<void> {
  for (;;) {
    const line = await input.line(true);
    // Some clients put an empty line between the trailers and their signature.
    if (line === undefined) return;
    if (line === '') continue;
    const colon = line.indexOf(':');
    if (colon < 1) throw incomplete();
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

/** Lines and lengths out of a stream of buffers. */
class ByteReader {
  #buffer: Buffer = Buffer.alloc(0);
  readonly #source: AsyncIterator<Buffer>;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  line(): Promise<string>;
  line(mayEnd: true): Promise<string | undefined>;
  async line(mayEnd = false): Promise<string | undefined> {
    for (;;) {
      const end = this.#buffer.indexOf('\r\n');
      if (end !== -1) {
        const line = this.#buffer.toString('latin1', 0, end);
        this.#buffer = this.#buffer.subarray(end + 2);
        return line;
      }
      if (this.#buffer.length > MAX_LINE_BYTES) throw incomplete();
      if (await this.#more()) continue;
      if (mayEnd && this.#buffer.length === 0) return undefined;
      throw incomplete();
    }
  }

  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0) {
      if (this.#buffer.length === 0 && !(await this.#more())) throw incomplete();
      const part = this.#buffer.subarray(0, missing);
      this.#buffer = this.#buffer.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#source.next();
    if (done === true) return false;
    this.#buffer = this.#buffer.length === 0 ? value : Buffer.concat([this.#buffer, value]);
    return true;
  }
}

function incomplete(): Error {
  return s3Error('IncompleteBody', 'The request body terminated unexpectedly');
}

function mismatch(): Error {
  return s3Error('SignatureDoesNotMatch', 'The signature of a chunk does not match what was sent');
}
