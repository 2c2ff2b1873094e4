import { elementCount, type Tensor, tensor } from '../tensor.ts';
import { encodeNegativePrompts, encodePrompts, type PromptTexts } from './encode-prompts.ts';
import { isGuided } from './guidance.ts';
import type { SdxlModel } from './sdxl.ts';
import type { TimeIds } from './time-ids.ts';

/** What the UNet is told besides the latents, for one picture: a batch of [negative, positive] when guided, else of one. */
export interface PictureConditioning {
  /** [2 or 1, 77, context] */
  readonly promptEmbeds: Tensor;
  /** [2 or 1, projection] */
  readonly pooledPromptEmbeds: Tensor;
  /** [2 or 1, 6 or 5] */
  readonly timeIds: Tensor;
}

export interface ConditioningRequest {
  /** One per picture. */
  readonly texts: readonly PromptTexts[];
  readonly guidanceScale: number;
  readonly clipSkip?: number | undefined;
}

/** Encodes the prompts and lays out each picture's batch. */
export async function conditionPictures(model: SdxlModel, request: ConditioningRequest, ids: TimeIds): Promise<readonly PictureConditioning[]> {
  const { texts, guidanceScale, clipSkip } = request;
  const positive = await encodePrompts(model, texts, clipSkip);
  if (!isGuided(guidanceScale)) {
    return texts.map((_, i) => ({
      promptEmbeds: stackRows([[positive.embeds, i]]),
      pooledPromptEmbeds: stackRows([[positive.pooled, i]]),
      timeIds: tensor([1, ids.positive.length], Float32Array.from(ids.positive)),
    }));
  }
  const negative = await encodeNegativePrompts(model, texts);
  return texts.map((_, i) => ({
    promptEmbeds: stackRows([[negative.embeds, i], [positive.embeds, i]]),
    pooledPromptEmbeds: stackRows([[negative.pooled, i], [positive.pooled, i]]),
    timeIds: tensor([2, ids.positive.length], Float32Array.from([...ids.negative, ...ids.positive])),
  }));
}

function stackRows(rows: readonly (readonly [from: Tensor, row: number])[]): Tensor {
  const shape = rows[0]?.[0].dims.slice(1) ?? [];
  const length = elementCount(shape);
  const stacked = tensor([rows.length, ...shape]);
  for (const [to, [from, row]] of rows.entries()) stacked.data.set(from.data.subarray(row * length, (row + 1) * length), to * length);
  return stacked;
}
