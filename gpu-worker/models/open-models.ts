import type { Offer } from '../../core/workforce/offer.ts';
import type { CheckedForm } from '../sdxl/provider/check-provider.ts';
import type { ProviderWish } from '../sdxl/provider/choose-form.ts';
import { DEMO } from '../../core/model.ts';
import { demoModel, findModels } from './find-models.ts';
import { type FoundLora, findLoras } from './find-loras.ts';
import { type LoadedModel, loadModel } from './loaded-model.ts';
import { type LoadModel, ModelShelf, type ShelfEvent } from './model-shelf.ts';

export interface ModelsOptions {
  readonly modelsDir: string;
  readonly lorasDir: string;
  /** The id of the model that people get who ask for none. */
  readonly standard: string;
  readonly provider: ProviderWish;
  readonly keptBytes: number;
  readonly onProvider: (chosen: CheckedForm) => void;
  readonly report: (event: ShelfEvent) => void;
}

/** The models of this worker. */
export interface Models {
  find(modelId: string): LoadedModel | undefined;
  /** The path of a LoRA file. */
  findLora(name: string): string | undefined;
  /** Whether a model is there and can be used. */
  has(modelId: string): boolean;
  offer(): Offer;
  /** Looks through the folder again. @returns whether something else can be painted with now */
  look(): Promise<boolean>;
  close(): Promise<void>;
}

/** The standard model is not there. */
export class MissingModel extends Error {
  override readonly name = 'MissingModel';
}

/**
 * Looks through the models' folder and opens the standard one. The demo model belongs to it only where it is the standard.
 * @throws {MissingModel | BadCheckpoint | BadWeights} when the standard model cannot be used and there is no other
 */
export async function openModels({ modelsDir, lorasDir, standard, provider, keptBytes, onProvider, report }: ModelsOptions): Promise<Models> {
  const load: LoadModel = ({ model, folders }) => loadModel(model, folders, { provider, onProvider });
  const shelf = new ModelShelf({ keptBytes, load, report });
  let loras: readonly FoundLora[] = [];
  const offer = (): Offer => ({ models: shelf.offered(), loras: loras.map(({ name, words }) => ({ name, words })) });
  const look = async () => {
    const before = JSON.stringify(offer());
    const found = (await findModels(modelsDir)).filter(({ model }) => model.id !== DEMO.id);
    await shelf.stock(standard === DEMO.id ? [demoModel(), ...found] : found);
    loras = await findLoras(lorasDir, modelsDir, (file, error) => report({ name: 'lora:read:failed', file, error }));
    return JSON.stringify(offer()) !== before;
  };
  await look();
  await openStandard(shelf, { standard, modelsDir });
  return {
    find: (modelId) => shelf.find(modelId),
    has: (modelId) => shelf.offered().some(({ id }) => id === modelId),
    findLora: (name) => loras.find((lora) => lora.name === name)?.file,
    offer,
    look,
    close: () => shelf.close(),
  };
}

async function openStandard(shelf: ModelShelf, { standard, modelsDir }: Pick<ModelsOptions, 'standard' | 'modelsDir'>): Promise<void> {
  const others = shelf.offered().filter(({ id }) => id !== standard);
  const model = shelf.find(standard);
  try {
    if (!model) throw new MissingModel(`there is no model ${standard} in ${modelsDir}: set REFINERY_MODEL to one that is there${others.length > 0 ? ` (${others.map(({ id }) => id).join(', ')})` : ', or MODELS_DIR to where it is'}`);
    await model.use(async () => undefined);
  } catch (error) {
    // The shelf has reported a broken one; the others can be painted with all the same.
    if (others.length === 0 || error instanceof MissingModel) throw error;
  }
}
