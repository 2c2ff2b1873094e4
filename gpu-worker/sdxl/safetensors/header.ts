import * as v from 'valibot';
import { elementCount } from '../tensor.ts';
import { BadWeights } from './bad-weights.ts';
import { bytesPerElement, isDtype } from './dtype.ts';
import type { Dtype } from './dtype.ts';
import { findDuplicateKey } from './duplicate-key.ts';

/** Where a tensor lies: bytes [offset, offset + length) of the file, C order, little endian. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly dims: readonly number[];
  /** From the start of the file. */
  readonly offset: number;
  readonly length: number;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entry = v.object({
  dtype: v.string(),
  shape: v.pipe(v.array(count), v.maxLength(64)),
  data_offsets: v.tuple([count, count]),
});
const metadataTable = v.record(v.string(), v.string());

export interface Header {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What the file's writer noted; often nothing. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Parses and checks the JSON of a safetensors header (https://huggingface.co/docs/safetensors, "Format"): every tensor has a
 * known type, exactly the bytes its shape needs, and the tensors fill the data with no overlap, hole or remainder.
 * `dataStart` is the first byte after the header, `fileSize` the file's length. Throws `BadWeights`.
 */
export function parseHeader(file: string, json: string, dataStart: number, fileSize: number): Header {
  const tensors: StoredTensor[] = [];
  let metadata: Header['metadata'] = {};
  for (const [name, value] of Object.entries(parseObject(file, json))) {
    if (name === '__metadata__') {
      if (!v.is(metadataTable, value)) throw new BadWeights(file, undefined, 'has a __metadata__ that is not a table of texts');
      metadata = value;
    } else tensors.push(parseTensor(file, name, value, dataStart, fileSize));
  }
  checkCoverage(file, tensors, dataStart, fileSize);
  return { tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), metadata };
}

function parseObject(file: string, json: string): object {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch (cause) {
    throw new BadWeights(file, undefined, 'has a header that is not JSON: it is damaged, or no safetensors file', { cause });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new BadWeights(file, undefined, 'has a header that is not a JSON object');
  }
  const duplicate = findDuplicateKey(json);
  if (duplicate !== undefined) throw new BadWeights(file, undefined, `names "${duplicate}" twice in its header`);
  return header;
}

function parseTensor(file: string, name: string, value: unknown, dataStart: number, fileSize: number): StoredTensor {
  const parsed = v.safeParse(entry, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new BadWeights(file, name, `has a bad header entry: ${v.getDotPath(issue) ?? 'entry'}: ${issue.message}`);
  }
  const { dtype, shape, data_offsets: [begin, end] } = parsed.output;
  if (!isDtype(dtype)) throw new BadWeights(file, name, `is of an unknown type, ${JSON.stringify(dtype.slice(0, 32))}`);
  if (end < begin) throw new BadWeights(file, name, `ends (${end}) before it begins (${begin})`);
  if (dataStart + end > fileSize) {
    throw new BadWeights(
      file,
      name,
      `ends at byte ${dataStart + end}, but the file has only ${fileSize}: it is truncated, download it again`,
    );
  }
  const length = elementCount(shape) * bytesPerElement(dtype);
  if (end - begin !== length) {
    throw new BadWeights(file, name, `of type ${dtype} and shape [${shape.join(', ')}] takes ${length} bytes, but the header gives it ${end - begin}`);
  }
  return { name, dtype, dims: shape, offset: dataStart + begin, length };
}

function checkCoverage(file: string, tensors: readonly StoredTensor[], dataStart: number, fileSize: number): void {
  let covered = dataStart;
  let last = '';
  for (const tensor of tensors.toSorted((a, b) => a.offset - b.offset || a.length - b.length)) {
    if (tensor.offset < covered) throw new BadWeights(file, tensor.name, `overlaps tensor "${last}" by ${covered - tensor.offset} bytes`);
    if (tensor.offset > covered) throw new BadWeights(file, tensor.name, `begins ${tensor.offset - covered} bytes after the one before it: the format allows no holes`);
    covered = tensor.offset + tensor.length;
    last = tensor.name;
  }
  if (covered !== fileSize) throw new BadWeights(file, undefined, `has ${fileSize - covered} bytes at its end that belong to no tensor`);
}
