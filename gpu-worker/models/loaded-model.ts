import type { Model } from '../../core/model.ts';
import { openSdxl } from '../sdxl/pipeline/open-sdxl.ts';
import type { Sdxl } from '../sdxl/pipeline/sdxl.ts';
import type { CheckedForm } from '../sdxl/provider/check-provider.ts';
import type { ProviderWish } from '../sdxl/provider/choose-form.ts';
import { ModelHostDied } from '../sdxl/session/model-host-died.ts';
import { withModelSampler } from '../painting/with-model-sampler.ts';
import type { ModelFolders } from './model-folders.ts';

/** A model that is open for painting; opened anew after its host process died. */
export interface LoadedModel {
  readonly model: Model;
  readonly hasRefiner: boolean;
  /**
   * Runs something on the open model. What it throws is passed on; `ModelHostDied` closes the model, so that the next use opens it anew.
   * @param signal ends a wait for other models to be closed first
   */
  use<T>(run: (sdxl: Sdxl) => Promise<T>, signal?: AbortSignal): Promise<T>;
  close(): Promise<void>;
}

export interface LoadOptions {
  readonly provider: ProviderWish;
  /** Told what the model is painted on, and what was left out and why. */
  readonly onProvider?: ((chosen: CheckedForm) => void) | undefined;
}

/**
 * Opens a model, which maps its weights.
 * @throws {BadCheckpoint | BadWeights} naming the file, or the tensor and its file
 */
export async function loadModel(model: Model, folders: ModelFolders, { provider, onProvider }: LoadOptions): Promise<LoadedModel> {
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
