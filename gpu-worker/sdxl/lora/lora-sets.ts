import type { TextEncoderPlan, UNetPlan } from '../checkpoint/plan-networks.ts';
import { sessionTextEncoder } from '../networks/session-text-encoder.ts';
import { sessionUNet } from '../networks/session-unet.ts';
import type { TextEncoder } from '../networks/text-encoder.ts';
import type { UNet } from '../networks/unet.ts';
import type { SessionHost } from '../session/session-host.ts';
import { loraTargets } from './lora-targets.ts';
import type { LoraTarget } from './lora-targets.ts';
import { locateLoras } from './lora-use.ts';
import type { LoraUse } from './lora-use.ts';
import { closeLoraSet, openLoraSet } from './open-lora-set.ts';
import type { OpenLoraSet } from './open-lora-set.ts';
import { readLora } from './read-lora.ts';
import type { Lora } from './read-lora.ts';

/** The networks that LoRA files change; one that no file touches is the checkpoint's own. */
export interface AdaptedNetworks {
  readonly textEncoder: TextEncoder | undefined;
  readonly textEncoder2: TextEncoder;
  readonly unet: UNet;
}

export interface AdaptablePlans {
  readonly textEncoder: TextEncoderPlan | undefined;
  readonly textEncoder2: TextEncoderPlan;
  readonly unet: UNetPlan;
}

/** How many sets stay open that nobody uses: each holds memory, on a GPU a copy of the UNet. */
const KEPT = 1;

interface Entry {
  readonly set: Promise<OpenLoraSet>;
  users: number;
}

/**
 * The sessions of a checkpoint with LoRA files: one set of sessions per set of files, whatever their order and strengths.
 * A set in use is never closed; of the others, the one used last is kept.
 */
export class LoraSets {
  /** The set used longest ago first. */
  readonly #entries = new Map<string, Entry>();
  readonly #targets: ReadonlyMap<string, LoraTarget>;

  constructor(
    private readonly plans: AdaptablePlans,
    private readonly plain: AdaptedNetworks,
    private readonly host: SessionHost,
  ) {
    const { unet, textEncoder, textEncoder2 } = plans;
    this.#targets = loraTargets({ unetConfig: unet.config, unet: unet.modules, text_encoder: textEncoder?.modules, text_encoder_2: textEncoder2.modules });
  }

  async use<T>(loras: readonly LoraUse[], run: (networks: AdaptedNetworks) => Promise<T>): Promise<T> {
    if (loras.length === 0) return run(this.plain);
    const located = await locateLoras(loras);
    const key = located.map(({ version }) => version).join('\n');
    const entry = this.#entries.get(key) ?? { set: this.#open(located.map(({ path }) => path)), users: 0 };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.users++;
    try {
      return await run(this.#networks(await this.#opened(key, entry), located.map(({ strength }) => strength)));
    } finally {
      entry.users--;
      await this.#closeUnused();
    }
  }

  async #open(paths: readonly string[]): Promise<OpenLoraSet> {
    const loras: Lora[] = [];
    for (const path of paths) loras.push(await readLora(path, this.#targets));
    const { unet, textEncoder: text_encoder, textEncoder2: text_encoder_2 } = this.plans;
    return openLoraSet(loras, { unet, text_encoder, text_encoder_2 }, this.host);
  }

  /** A set that could not be opened is forgotten: the next use tries again. */
  async #opened(key: string, entry: Entry): Promise<OpenLoraSet> {
    try {
      return await entry.set;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  #networks(set: OpenLoraSet, strengths: readonly number[]): AdaptedNetworks {
    const { plans, plain } = this;
    const [first, second, unet] = [set.text_encoder, set.text_encoder_2, set.unet].map((session) => session?.withStrengths(strengths));
    return {
      textEncoder: plans.textEncoder === undefined || first === undefined ? plain.textEncoder : sessionTextEncoder(plans.textEncoder.config, first),
      textEncoder2: second === undefined ? plain.textEncoder2 : sessionTextEncoder(plans.textEncoder2.config, second),
      unet: unet === undefined ? plain.unet : sessionUNet(plans.unet.config, unet),
    };
  }

  async #closeUnused(): Promise<void> {
    const unused = [...this.#entries].filter(([, { users }]) => users === 0);
    for (const [key, { set }] of unused.slice(0, Math.max(unused.length - KEPT, 0))) {
      this.#entries.delete(key);
      await closeLoraSet(await set);
    }
  }
}
