import type { LoraUse } from '../lora/lora-use.ts';
import { InvalidRequest } from './invalid-request.ts';
import type { SdxlModel } from './sdxl.ts';

/** A request to a model that LoRA files may be applied to. */
export interface LoraRequest {
  /** Made for this very model: the base's do not fit the refiner. */
  readonly loras?: readonly LoraUse[] | undefined;
}

/** Runs something with LoRA files applied to the model. Throws InvalidRequest, `BadLora` or `BadWeights`. */
export async function withLoras<T>(model: SdxlModel, loras: readonly LoraUse[] | undefined, run: (model: SdxlModel) => Promise<T>): Promise<T> {
  if (loras === undefined || loras.length === 0) return run(model);
  const wrong = loras.find(({ strength }) => !Number.isFinite(strength));
  if (wrong !== undefined) throw new InvalidRequest(`The strength of the LoRA ${wrong.file} is ${wrong.strength}: give a number, 1 for as trained.`);
  if (new Set(loras.map(({ file }) => file)).size < loras.length) throw new InvalidRequest('A LoRA is named twice: name it once, with the sum of its strengths.');
  return model.checkpoint.withLoras(loras, (networks) => run({ ...model, checkpoint: { ...model.checkpoint, ...networks } }));
}
