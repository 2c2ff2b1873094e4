import { BadCheckpoint } from '../sdxl/checkpoint/bad-checkpoint.ts';
import { InvalidRequest } from '../sdxl/pipeline/invalid-request.ts';
import { BadWeights } from '../sdxl/safetensors/bad-weights.ts';
import { BrokenTokenizer } from '../sdxl/tokenizer/clip-tokenizer.ts';

const KINDS = [BadCheckpoint, BadWeights, BrokenTokenizer, InvalidRequest];

/** Whether a model cannot be used as its files are: trying again does not help. */
export function isUnusable(error: unknown): error is Error {
  return KINDS.some((kind) => error instanceof kind);
}
