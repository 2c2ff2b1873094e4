import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO, MODELS, type Model, findModel } from '../../core/model.ts';
import { openSdxl } from '../sdxl/pipeline/open-sdxl.ts';
import type { Sdxl } from '../sdxl/pipeline/sdxl.ts';
import type { CheckedForm } from '../sdxl/provider/check-provider.ts';
import type { ProviderWish } from '../sdxl/provider/choose-form.ts';
import { ModelHostDied } from '../sdxl/session/model-host-died.ts';
import { withModelSampler } from './with-model-sampler.ts';

/** A model that is open for painting; opened anew after its host process died. */
export interface LoadedModel {
  readonly model: Model;
  readonly hasRefiner: boolean;
  /** Runs something on the open model. What it throws is passed on; `ModelHostDied` closes the model, so that the next use opens it anew. */
  use<T>(run: (sdxl: Sdxl) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Where a model's checkpoints lie: folders in diffusers' layout, or single `.safetensors` files. */
export interface ModelFolders {
  readonly base: string;
  readonly refiner?: string;
  /** A VAE in the place of the checkpoints' own. */
  readonly vae?: string;
  /** Where single files, which carry no tokenizers, find them; beside the file when absent. */
  readonly tokenizerFolder?: string;
}

export interface LoadOptions {
  readonly provider: ProviderWish;
  /** Told what the model is painted on, and what was left out and why. */
  readonly onProvider?: ((chosen: CheckedForm) => void) | undefined;
}

/** The model cannot be asked for here: its id is unknown. */
export class UnknownModel extends Error {
  override readonly name = 'UnknownModel';
}

/**
 * Opens a model, which maps its weights.
 * @throws {UnknownModel | BadCheckpoint} the latter naming the file, or the tensor and its file
 */
export async function loadModel(modelId: string, folders: ModelFolders, { provider, onProvider }: LoadOptions): Promise<LoadedModel> {
  const model = findModel(modelId);
  if (!model) throw new UnknownModel(`there is no model ${modelId}: set REFINERY_MODEL to ${MODELS.map(({ id }) => id).join(' or ')}`);
  const open = async () => withModelSampler(await openSdxl({ ...folders, provider, onProvider, host: 'process' }), model);

  let opened: Promise<Sdxl> | undefined = open();
  const { refiner } = await opened;

  return {
    model,
    hasRefiner: refiner !== undefined,
    use: async (run) => {
      opened ??= open();
      const mine = opened;
      try {
        return await run(await mine);
      } catch (error) {
        // Another job on the same host may have closed it already, and opened it anew.
        if (opened === mine && (error instanceof ModelHostDied || (await failed(mine)))) {
          opened = undefined;
          await closeQuietly(mine);
        }
        throw error;
      }
    },
    close: async () => {
      const last = opened;
      opened = undefined;
      if (last) await closeQuietly(last);
    },
  };
}

/**
 * The folders of a model, `base`, `refiner` and `vae`, or files of those names with `.safetensors`: under `modelsDir`, or the demo model that
 * ships with the repository. A model may come without a refiner, and mostly does without a VAE of its own.
 */
export function modelFolders(modelId: string, modelsDir: string | undefined): ModelFolders {
  const root = modelId === DEMO.id ? join(import.meta.dirname, '../demo-model') : join(modelsDir ?? 'models', modelId);
  const find = (name: string) => [join(root, name), join(root, `${name}.safetensors`)].find((path) => existsSync(path));
  const folder = join(root, 'base');
  const [base = folder, refiner, vae] = [find('base'), find('refiner'), find('vae')];
  return { base, ...(refiner !== undefined && { refiner }), ...(vae !== undefined && { vae }), ...(base === folder && { tokenizerFolder: folder }) };
}

async function failed(opening: Promise<unknown>): Promise<boolean> {
  return opening.then(
    () => false,
    () => true,
  );
}

/** The host is dead or leaving: what closing it has to say helps nobody. */
async function closeQuietly(opened: Promise<Sdxl>): Promise<void> {
  await opened.then((sdxl) => sdxl.close()).catch(() => undefined);
}
