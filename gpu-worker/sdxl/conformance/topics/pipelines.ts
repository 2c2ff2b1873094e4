import * as v from 'valibot';
import { decodeWith } from '../../pipeline/decode.ts';
import { imageToImage } from '../../pipeline/image-to-image.ts';
import { inpaint } from '../../pipeline/inpaint.ts';
import type { InputPictures } from '../../pipeline/input-pictures.ts';
import type { PipelineRequest } from '../../pipeline/paint-request.ts';
import type { Latents, SdxlModel } from '../../pipeline/sdxl.ts';
import { textToImage } from '../../pipeline/text-to-image.ts';
import type { CropTopLeft, MicroConditioning, PixelSize } from '../../pipeline/time-ids.ts';
import type { Watch } from '../../pipeline/watch.ts';
import { withLoras } from '../../pipeline/with-loras.ts';
import type { Mask } from '../../picture/picture.ts';
import { type Comparison, NotYet, runCase } from '../case-result.ts';
import { compare, comparePictures } from '../compare.ts';
import { caseId, understand } from '../recorded-case.ts';
import { recordedConfig, recordedSampler } from '../recorded-scheduler.ts';
import { BrokenReference, type Topic } from '../reference-folder.ts';
import { RecordedNoise } from '../recorded-noise.ts';
import type { TopicRun } from '../topic-run.ts';
import { recordedLoras } from '../recorded-loras.ts';
import { UNetCalls } from '../unet-calls.ts';
import { textPerPicture } from './text.ts';

const Prompts = v.union([v.string(), v.array(v.string())]);
const Pair = v.optional(v.tuple([v.number(), v.number()]));
const Params = v.strictObject({
  prompt: Prompts,
  prompt_2: v.optional(Prompts),
  negative_prompt: v.optional(Prompts),
  negative_prompt_2: v.optional(Prompts),
  num_images_per_prompt: v.optional(v.number()),
  num_inference_steps: v.optional(v.number(), 50),
  timesteps: v.optional(v.array(v.number())),
  sigmas: v.optional(v.array(v.number())),
  eta: v.optional(v.number()),
  guidance_scale: v.optional(v.number()),
  guidance_rescale: v.optional(v.number()),
  clip_skip: v.optional(v.number()),
  height: v.optional(v.number()),
  width: v.optional(v.number()),
  strength: v.optional(v.number()),
  denoising_start: v.optional(v.number()),
  denoising_end: v.optional(v.number()),
  original_size: Pair,
  crops_coords_top_left: Pair,
  target_size: Pair,
  negative_original_size: Pair,
  negative_crops_coords_top_left: Pair,
  negative_target_size: Pair,
  aesthetic_score: v.optional(v.number()),
  negative_aesthetic_score: v.optional(v.number()),
});
const Case = v.object({
  id: v.string(),
  pipeline: v.string(),
  models: v.string(),
  scheduler: v.object({ cls: v.string(), overrides: v.record(v.string(), v.unknown()) }),
  params: Params,
  inputs: v.object({ latents: v.optional(v.string()), image: v.optional(v.string()), mask_image: v.optional(v.string()) }),
  seed: v.optional(v.number()),
  seeds: v.optional(v.array(v.number())),
  draws: v.optional(v.array(v.string()), []),
  unet_time_ids: v.array(v.array(v.number())),
  unet_timesteps: v.array(v.number()),
  final_latents: v.string(),
  images: v.optional(v.string()),
  latents_after_step: v.optional(v.array(v.string()), []),
});
type Case = v.InferOutput<typeof Case>;
type Params = v.InferOutput<typeof Params>;

/** Leaves room for another runtime; the smallest mistake that is easily made moves latents by 1.4e-2. */
const LATENTS = 1e-3;

/** Whole runs: noise drawn, what the UNet was asked, latents at the end (and after each step, where recorded), pictures. */
export const runPipelines: TopicRun = async function* (topic, models) {
  for (const [i, json] of topic.cases.entries()) {
    yield await runCase(caseId(json, i), async () => {
      const recorded = understand(Case, json);
      const [family, kind] = kindOf(recorded.pipeline);
      const model = await models.open(family);
      if (recorded.models === 'plain') return compareRun(topic, model, kind, recorded);
      const { files, strength } = recordedLoras(recorded.models);
      const comparisons: Comparison[] = [];
      for (const file of files) {
        const loras = [{ file: models.path(`lora/${file}.safetensors`), strength }];
        const compared = await withLoras(model, loras, (adapted) => compareRun(topic, adapted, kind, recorded));
        comparisons.push(...compared.map((comparison) => ({ ...comparison, what: `${file}: ${comparison.what}` })));
      }
      return comparisons;
    });
  }
};

type Kind = 'text-to-image' | 'image-to-image' | 'inpaint';

function kindOf(pipeline: string): readonly ['base' | 'refiner', Kind] {
  switch (pipeline) {
    case 'base':
      return ['base', 'text-to-image'];
    case 'refiner':
      return ['refiner', 'image-to-image'];
    case 'base_img2img':
      return ['base', 'image-to-image'];
    case 'base_inpaint':
      return ['base', 'inpaint'];
    case 'refiner_inpaint':
      return ['refiner', 'inpaint'];
    default:
      throw new NotYet(`the pipeline "${pipeline}" is not known here`);
  }
}

async function compareRun(topic: Topic, model: SdxlModel, kind: Kind, recorded: Case): Promise<readonly Comparison[]> {
  const { params } = recorded;
  const texts = textPerPicture(params);
  const noise = new RecordedNoise(recorded, recorded.draws.map((name) => topic.tensor(name)));
  const calls = new UNetCalls(model);
  const config = recordedConfig(topic.json['sdxl_scheduler_config'], recorded.scheduler.cls, recorded.scheduler.overrides);
  const options = { timesteps: params.timesteps, sigmas: params.sigmas, eta: params.eta };
  const steps = params.timesteps?.length ?? params.sigmas?.length ?? params.num_inference_steps;
  recordedSampler(config, steps, options);
  const request: PipelineRequest = {
    texts,
    noise,
    steps,
    guidanceScale: params.guidance_scale ?? (kind === 'inpaint' ? 7.5 : 5),
    guidanceRescale: params.guidance_rescale,
    clipSkip: params.clip_skip,
    sampler: { config, options },
    microConditioning: microConditioning(params),
  };
  const comparisons: Comparison[] = [];
  const watch: Watch = {
    onStep: ({ step, latents }) => {
      const array = recorded.latents_after_step[step - 1];
      if (array !== undefined) comparisons.push(compare(`latents after step ${step}`, latents, topic.tensor(array), LATENTS));
    },
  };
  const latents = await run(topic, calls.model, kind, request, recorded, watch);
  comparisons.push(...noise.comparisons(), ...calls.comparisons(recorded, texts.length), compare('final latents', latents, topic.tensor(recorded.final_latents), LATENTS));
  if (recorded.images !== undefined) {
    const pictures = await decodeWith(model, latents);
    comparisons.push(...comparePictures('pictures', pictures.map((picture) => picture.rgb), topic.array(recorded.images)));
  }
  return comparisons;
}

async function run(topic: Topic, model: SdxlModel, kind: Kind, request: PipelineRequest, { params, inputs }: Case, watch: Watch): Promise<Latents> {
  const { strength, denoising_start: denoisingStart, denoising_end: denoisingEnd } = params;
  const trained = model.checkpoint.unet.config.sampleSize * model.checkpoint.vae.config.pixelsPerLatent;
  const { height = trained, width = trained } = params;
  if (kind === 'text-to-image') {
    const latents = inputs.latents === undefined ? undefined : topic.tensor(inputs.latents);
    return textToImage(model, { ...request, width, height, latents, denoisingEnd }, watch);
  }
  const image = recordedImage(topic, inputs.image);
  if (kind === 'image-to-image') return imageToImage(model, { ...request, image, strength, denoisingStart, denoisingEnd }, watch);
  return inpaint(model, { ...request, image, mask: recordedMask(topic, inputs.mask_image), width, height, strength, denoisingStart, denoisingEnd }, watch);
}

/** Bytes [height, width, 3] or, of several pictures, [n, height, width, 3]; or latents [n, 4, h, w]. */
function recordedImage(topic: Topic, name: string | undefined): InputPictures | Latents {
  if (name === undefined) throw new BrokenReference('the case records no image');
  const { dims, data } = topic.array(name);
  if (data instanceof Float32Array) return { dims, data };
  const [width = 0, height = 0] = [dims.at(-2), dims.at(-3)];
  return inTurn(dims.length - 3, data, 3 * height * width, (rgb) => ({ width, height, rgb }));
}

/** Bytes [height, width] or, of several masks, [n, height, width]. */
function recordedMask(topic: Topic, name: string | undefined): Mask | readonly Mask[] {
  if (name === undefined) throw new BrokenReference('the case records no mask');
  const { dims, data } = topic.array(name);
  const [width = 0, height = 0] = [dims.at(-1), dims.at(-2)];
  return inTurn(dims.length - 2, data, height * width, (grey) => ({ width, height, grey }));
}

/** Divides bytes into pieces of `length`, of which there is one only when there is no dimension that counts them. */
function inTurn<T>(countingDims: number, data: ArrayLike<number>, length: number, read: (bytes: Uint8Array) => T): T | readonly T[] {
  const bytes = Uint8Array.from(data);
  if (countingDims === 0) return read(bytes);
  return Array.from({ length: bytes.length / length }, (_, i) => read(bytes.subarray(i * length, (i + 1) * length)));
}

function microConditioning(params: Params): MicroConditioning {
  return {
    originalSize: size(params.original_size),
    cropTopLeft: crop(params.crops_coords_top_left),
    targetSize: size(params.target_size),
    negativeOriginalSize: size(params.negative_original_size),
    negativeCropTopLeft: crop(params.negative_crops_coords_top_left),
    negativeTargetSize: size(params.negative_target_size),
    aestheticScore: params.aesthetic_score,
    negativeAestheticScore: params.negative_aesthetic_score,
  };
}

function size(pair: readonly [number, number] | undefined): PixelSize | undefined {
  return pair && { height: pair[0], width: pair[1] };
}

function crop(pair: readonly [number, number] | undefined): CropTopLeft | undefined {
  return pair && { top: pair[0], left: pair[1] };
}
