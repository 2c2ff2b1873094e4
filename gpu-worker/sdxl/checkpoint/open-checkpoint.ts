import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { LoraSets } from '../lora/lora-sets.ts';
import { sessionTextEncoder } from '../networks/session-text-encoder.ts';
import { sessionUNet } from '../networks/session-unet.ts';
import { sessionVae } from '../networks/session-vae.ts';
import { InlineHost } from '../session/inline-host.ts';
import { ModelHost } from '../session/model-host.ts';
import type { SessionHost } from '../session/session-host.ts';
import { BadCheckpoint } from './bad-checkpoint.ts';
import type { Checkpoint, OpenCheckpointOptions } from './checkpoint.ts';
import { readModelIndex } from './model-index.ts';
import type { ModelIndex } from './model-index.ts';
import { planTextEncoder, planUNet, planVae } from './plan-networks.ts';
import type { PlanOptions, TextEncoderPlan, UNetPlan, VaePlan } from './plan-networks.ts';
import { readJson } from './read-json.ts';

/**
 * Opens a diffusers folder of SDXL's base or refiner. Every graph is built, and so every tensor's name and shape checked,
 * before the first session is created. Throws `BadCheckpoint` (folder, config) or `BadWeights` (weights file).
 */
export async function openCheckpoint(folder: string, options: OpenCheckpointOptions): Promise<Checkpoint> {
  const plan = await planCheckpoint(resolve(folder), options);
  const host = options.host === 'process' ? new ModelHost(options.onRun) : new InlineHost(options.onRun);
  try {
    return await openSessions(plan, host);
  } catch (error) {
    await host.close();
    throw error;
  }
}

interface Plan {
  readonly folder: string;
  readonly index: ModelIndex;
  readonly schedulerConfig: Readonly<Record<string, unknown>>;
  readonly textEncoder: TextEncoderPlan | undefined;
  readonly textEncoder2: TextEncoderPlan;
  readonly unet: UNetPlan;
  readonly vae: VaePlan;
  readonly timeIdCount: TimeIdCount;
}

async function planCheckpoint(folder: string, options: PlanOptions): Promise<Plan> {
  const index = await readModelIndex(folder);
  const textEncoder = index.hasFirstTextEncoder ? await planTextEncoder(folder, 'text_encoder', options) : undefined;
  const textEncoder2 = await planTextEncoder(folder, 'text_encoder_2', options);
  const unet = await planUNet(folder, options);
  const timeIdCount = countTimeIds(folder, unet, textEncoder, textEncoder2);
  const vae = await planVae(folder, options);
  const schedulerFile = join(folder, 'scheduler', 'scheduler_config.json');
  const schedulerConfig = v.safeParse(v.record(v.string(), v.unknown()), await readJson(schedulerFile));
  if (!schedulerConfig.success) throw new BadCheckpoint(schedulerFile, 'is not a JSON object');
  return { folder, index, schedulerConfig: schedulerConfig.output, textEncoder, textEncoder2, unet, vae, timeIdCount };
}

/** 6: original size, crop, target size (base); 5: original size, crop, aesthetic score (refiner). */
type TimeIdCount = 5 | 6;

/** Checks that text encoders and UNet belong together, and works out how many time ids the UNet takes. */
function countTimeIds(folder: string, { config: unet }: UNetPlan, first: TextEncoderPlan | undefined, second: TextEncoderPlan): TimeIdCount {
  const context = (first?.config.width ?? 0) + second.config.width;
  if (unet.crossAttentionDim !== context) {
    throw new BadCheckpoint(join(folder, 'unet', 'config.json'), `cross_attention_dim is ${unet.crossAttentionDim}, but the text encoders give ${context}: they are of different models`);
  }
  const count = (unet.additionInputDim - (second.config.projection ?? 0)) / unet.additionTimeEmbedDim;
  if (count !== 5 && count !== 6) {
    throw new BadCheckpoint(
      join(folder, 'unet', 'config.json'),
      `projection_class_embeddings_input_dim ${unet.additionInputDim} leaves room for ${count} time ids; SDXL's base has 6, its refiner 5`,
    );
  }
  return count;
}

async function openSessions(plan: Plan, host: SessionHost): Promise<Checkpoint> {
  const encoder = async ({ config, source }: TextEncoderPlan) => sessionTextEncoder(config, await host.open(source));
  const { vae, index } = plan;
  const networks = {
    textEncoder: plan.textEncoder === undefined ? undefined : await encoder(plan.textEncoder),
    textEncoder2: await encoder(plan.textEncoder2),
    unet: sessionUNet(plan.unet.config, await host.open(plan.unet.source)),
  };
  const loraSets = new LoraSets(plan, networks, host);
  return {
    folder: plan.folder,
    family: plan.timeIdCount === 6 ? 'base' : 'refiner',
    ...networks,
    vae: sessionVae(vae.config, () => host.open(vae.encoder), () => host.open(vae.decoder)),
    forceZerosForEmptyPrompt: index.forceZerosForEmptyPrompt,
    timeIdCount: plan.timeIdCount,
    schedulerConfig: plan.schedulerConfig,
    withLoras: (loras, run) => loraSets.use(loras, run),
    close: () => host.close(),
  };
}
