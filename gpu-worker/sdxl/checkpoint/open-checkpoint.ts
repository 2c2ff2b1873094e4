import { resolve } from 'node:path';
import { LoraSets } from '../lora/lora-sets.ts';
import { CPU_FORM } from '../networks/graph-form.ts';
import type { Provider } from '../networks/graph-form.ts';
import { sessionTextEncoder } from '../networks/session-text-encoder.ts';
import { sessionUNet } from '../networks/session-unet.ts';
import { sessionVae } from '../networks/session-vae.ts';
import { chooseForm } from '../provider/choose-form.ts';
import { InlineHost } from '../session/inline-host.ts';
import { ModelHost } from '../session/model-host.ts';
import type { SessionHost } from '../session/session-host.ts';
import { BadCheckpoint } from './bad-checkpoint.ts';
import type { CheckpointSource } from './checkpoint-source.ts';
import type { Checkpoint, OpenCheckpointOptions } from './checkpoint.ts';
import { diffusersFolder } from './diffusers-folder.ts';
import { planTextEncoder, planUNet, planVae } from './plan-networks.ts';
import type { PlanOptions, TextEncoderPlan, UNetPlan, VaePlan } from './plan-networks.ts';
import { kindOf, separateVae } from './separate-vae.ts';
import { singleFile } from './single-file.ts';
import type { SingleFileOptions } from './single-file.ts';

/**
 * Opens SDXL's base or refiner: a folder in diffusers' layout, or a single `.safetensors` file. Every graph is built, and so every tensor's
 * name and shape checked, before the first session is created. Throws `BadCheckpoint` (folder, config) or `BadWeights` (weights file),
 * and `ProviderRefused` when the provider asked for cannot be used.
 */
export async function openCheckpoint(path: string, options: OpenCheckpointOptions): Promise<Checkpoint> {
  const chosen = await chooseForm(options.provider, options.host);
  options.onProvider?.(chosen);
  const plan = await planCheckpoint(await openSource(resolve(path), options), { ...options, form: chosen.form });
  const host = options.host === 'process' ? new ModelHost(options.onRun) : new InlineHost(options.onRun);
  try {
    return await openSessions(plan, chosen.form.provider, host);
  } catch (error) {
    await host.close();
    throw error;
  }
}

/** Builds every graph, and so checks every tensor's name and shape, without opening anything. Throws `BadCheckpoint` or `BadWeights`. */
export async function checkCheckpoint(path: string, options: SingleFileOptions & Pick<OpenCheckpointOptions, 'vae'> = {}): Promise<Checkpoint['family']> {
  return familyOf(await planCheckpoint(await openSource(resolve(path), options), { form: CPU_FORM }));
}

async function openSource(path: string, options: SingleFileOptions & Pick<OpenCheckpointOptions, 'vae'>): Promise<CheckpointSource> {
  const { vae, configFolder } = options;
  const source = (await kindOf(path)) === 'folder' ? await diffusersFolder(path) : await singleFile(path, options);
  if (vae === undefined) return source;
  return { ...source, part: (name) => (name === 'vae' ? separateVae(resolve(vae), configFolder) : source.part(name)) };
}

interface Plan {
  readonly source: CheckpointSource;
  readonly textEncoder: TextEncoderPlan | undefined;
  readonly textEncoder2: TextEncoderPlan;
  readonly unet: UNetPlan;
  readonly vae: VaePlan;
  readonly timeIdCount: TimeIdCount;
}

async function planCheckpoint(source: CheckpointSource, options: PlanOptions): Promise<Plan> {
  const textEncoder = source.index.hasFirstTextEncoder ? planTextEncoder('text_encoder', await source.part('text_encoder'), options) : undefined;
  const textEncoder2 = planTextEncoder('text_encoder_2', await source.part('text_encoder_2'), options);
  const unetPart = await source.part('unet');
  const unet = planUNet(unetPart, options);
  const timeIdCount = countTimeIds(unetPart.configFile, unet, textEncoder, textEncoder2);
  const vae = planVae(await source.part('vae'), options);
  return { source, textEncoder, textEncoder2, unet, vae, timeIdCount };
}

/** 6: original size, crop, target size (base); 5: original size, crop, aesthetic score (refiner). */
type TimeIdCount = 5 | 6;

/** Checks that text encoders and UNet belong together, and works out how many time ids the UNet takes. */
function countTimeIds(configFile: string, { config: unet }: UNetPlan, first: TextEncoderPlan | undefined, second: TextEncoderPlan): TimeIdCount {
  const context = (first?.config.width ?? 0) + second.config.width;
  if (unet.crossAttentionDim !== context) {
    throw new BadCheckpoint(configFile, `cross_attention_dim is ${unet.crossAttentionDim}, but the text encoders give ${context}: they are of different models`);
  }
  const count = (unet.additionInputDim - (second.config.projection ?? 0)) / unet.additionTimeEmbedDim;
  if (count !== 5 && count !== 6) {
    throw new BadCheckpoint(configFile, `projection_class_embeddings_input_dim ${unet.additionInputDim} leaves room for ${count} time ids; SDXL's base has 6, its refiner 5`);
  }
  return count;
}

function familyOf({ timeIdCount }: Pick<Plan, 'timeIdCount'>): Checkpoint['family'] {
  return timeIdCount === 6 ? 'base' : 'refiner';
}

async function openSessions(plan: Plan, provider: Provider, host: SessionHost): Promise<Checkpoint> {
  const encoder = async ({ config, source }: TextEncoderPlan) => sessionTextEncoder(config, await host.open(source));
  const { vae, source } = plan;
  const { preciseDecoder } = vae;
  const networks = {
    textEncoder: plan.textEncoder === undefined ? undefined : await encoder(plan.textEncoder),
    textEncoder2: await encoder(plan.textEncoder2),
    unet: sessionUNet(plan.unet.config, await host.open(plan.unet.source)),
  };
  const loraSets = new LoraSets(plan, networks, host);
  return {
    folder: source.tokenizerFolder,
    provider,
    family: familyOf(plan),
    ...networks,
    vae: sessionVae(vae.config, {
      encoder: () => host.open(vae.encoder),
      decoder: () => host.open(vae.decoder),
      preciseDecoder: preciseDecoder && (() => host.open(preciseDecoder)),
    }),
    forceZerosForEmptyPrompt: source.index.forceZerosForEmptyPrompt,
    timeIdCount: plan.timeIdCount,
    schedulerConfig: source.schedulerConfig,
    withLoras: (loras, run) => loraSets.use(loras, run),
    close: () => host.close(),
  };
}
