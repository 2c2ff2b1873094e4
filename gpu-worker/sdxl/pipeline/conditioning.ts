import { type Tensor, tensor } from '../tensor.ts';
import { type EncodedTexts, type EncodeOptions, encodePrompts, type PromptTexts } from './encode-prompts.ts';
import { isGuided } from './guidance.ts';
import type { SdxlModel } from './sdxl.ts';
import { stackRows } from './stack-rows.ts';
import type { TimeIds } from './time-ids.ts';

/** What the UNet is told besides the latents, for one picture: a batch of [negative, positive] when guided, else of one. */
export interface PictureConditioning {
  /** [2 or 1, chunks × 77, context] */
  readonly promptEmbeds: Tensor;
  /** [2 or 1, projection] */
  readonly pooledPromptEmbeds: Tensor;
  /** [2 or 1, 6 or 5] */
  readonly timeIds: Tensor;
}

export interface ConditioningRequest extends Omit<EncodeOptions, 'isGuided'> {
  /** One per picture. */
  readonly texts: readonly PromptTexts[];
  readonly guidanceScale: number;
}

/** Encodes the prompts and lays out each picture's batch. */
export async function conditionPictures(model: SdxlModel, request: ConditioningRequest, ids: TimeIds): Promise<readonly PictureConditioning[]> {
  const { texts, promptSyntax, clipSkip } = request;
  const options = { promptSyntax, clipSkip, isGuided: isGuided(request.guidanceScale) };
  // Several pictures of one prompt are the rule: it is encoded once.
  const known = new Map<string, PictureConditioning>();
  const pictures: PictureConditioning[] = [];
  for (const text of texts) {
    const key = JSON.stringify([text.prompt, text.prompt2, text.negativePrompt, text.negativePrompt2]);
    const picture = known.get(key) ?? batch(await encodePrompts(model, text, options), ids);
    known.set(key, picture);
    pictures.push(picture);
  }
  return pictures;
}

function batch({ positive, negative }: EncodedTexts, ids: TimeIds): PictureConditioning {
  const rows = negative === undefined ? [positive] : [negative, positive];
  const timeIds = negative === undefined ? ids.positive : [...ids.negative, ...ids.positive];
  return {
    promptEmbeds: stackRows(rows.map(({ embeds }) => embeds)),
    pooledPromptEmbeds: stackRows(rows.map(({ pooled }) => pooled)),
    timeIds: tensor([rows.length, timeIds.length / rows.length], Float32Array.from(timeIds)),
  };
}
