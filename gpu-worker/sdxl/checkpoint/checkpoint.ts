import type { Provider } from '../networks/graph-form.ts';
import type { TextEncoder } from '../networks/text-encoder.ts';
import type { UNet } from '../networks/unet.ts';
import type { AdaptedNetworks } from '../lora/lora-sets.ts';
import type { LoraUse } from '../lora/lora-use.ts';
import type { Vae } from '../networks/vae.ts';
import type { CheckedForm } from '../provider/check-provider.ts';
import type { ProviderWish } from '../provider/choose-form.ts';
import type { OnRun } from '../session/session-host.ts';
import type { SingleFileOptions } from './single-file.ts';

/** SDXL's base or its refiner, opened. */
export interface Checkpoint {
  /** Absolute path of the folder in which `tokenizer/` and `tokenizer_2/` lie. */
  readonly folder: string;
  readonly family: 'base' | 'refiner';
  /** What the graphs were written for. */
  readonly provider: Provider;
  /** The refiner has none. */
  readonly textEncoder: TextEncoder | undefined;
  readonly textEncoder2: TextEncoder;
  readonly unet: UNet;
  readonly vae: Vae;
  /** An absent negative prompt becomes zeros (base) instead of an encoded empty string (refiner). */
  readonly forceZerosForEmptyPrompt: boolean;
  /** Numbers per sample in `timeIds`: 6 (original, crop, target size) or 5 (original, crop, aesthetic score). */
  readonly timeIdCount: number;
  /** scheduler/scheduler_config.json as it stands; SDXL's own for a single file. */
  readonly schedulerConfig: Readonly<Record<string, unknown>>;
  /**
   * Runs something on the checkpoint's networks with LoRA files applied, each in its strength (1 = as trained, 0 = not at all).
   * Sessions are opened per set of files and kept for the next use; other strengths need no new ones. Throws `BadLora` or `BadWeights`.
   */
  withLoras<T>(loras: readonly LoraUse[], run: (networks: AdaptedNetworks) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface OpenCheckpointOptions extends SingleFileOptions {
  /** `auto`: a GPU where one works, the CPU otherwise. */
  readonly provider: ProviderWish;
  /** Told which provider the graphs were written for, and what was left out and why. */
  readonly onProvider?: ((chosen: CheckedForm) => void) | undefined;
  /** `process`: the networks live in one child process; `inline`: here, where a run blocks the event loop. */
  readonly host: 'inline' | 'process';
  /** A VAE in the place of the checkpoint's own, such as sdxl-vae-fp16-fix: a folder with config.json, or a file. */
  readonly vae?: string | undefined;
  /** Gives the UNet's graph its intermediates as further outputs, for `UNet.probe`. Slower; for conformance only. */
  readonly probes?: boolean;
  /** Cores to compute with; onnxruntime's own choice (all) when absent. */
  readonly threads?: number | undefined;
  /** Told of every run and the milliseconds that it spent inside onnxruntime. */
  readonly onRun?: OnRun | undefined;
}
