import * as v from 'valibot';
import { samplePosterior } from '../../pipeline/encode-inputs.ts';
import { fitSize } from '../../picture/fit-size.ts';
import { toLatentMask, toPixelMask } from '../../picture/mask.ts';
import type { Picture } from '../../picture/picture.ts';
import { fromPixels, toPixels } from '../../picture/pixels.ts';
import { resizePicture } from '../../picture/resize-lanczos.ts';
import type { SdxlModel } from '../../pipeline/sdxl.ts';
import { tiledVae } from '../../pipeline/tiled-vae.ts';
import { tensor } from '../../tensor.ts';
import { type Comparison, runCase } from '../case-result.ts';
import { compare, comparePictures } from '../compare.ts';
import { caseId, understand } from '../recorded-case.ts';
import { BrokenReference, type RecordedArray, type Topic } from '../reference-folder.ts';
import type { TopicRun } from '../topic-run.ts';

const id = v.string();
const Case = v.variant('kind', [
  v.object({
    id,
    kind: v.literal('encode'),
    input: v.string(),
    image_u8_nchw: v.string(),
    mean: v.string(),
    logvar: v.string(),
    noise: v.string(),
    sample: v.string(),
  }),
  v.object({ id, kind: v.literal('decode'), latents: v.string(), output: v.string(), image_u8_nhwc: v.string() }),
  v.object({ id, kind: v.literal('decode_tiled'), tile_sample_min_size: v.number(), tile_overlap_factor: v.number(), latents: v.string(), output: v.string() }),
  v.object({ id, kind: v.literal('encode_tiled'), tile_sample_min_size: v.number(), tile_overlap_factor: v.number(), input: v.string(), mean: v.string() }),
  v.object({ id, kind: v.literal('resize_lanczos_u8'), input: v.string(), output: v.string() }),
  v.object({ id, kind: v.literal('preprocess'), input: v.string(), output: v.string() }),
  v.object({ id, kind: v.literal('mask_preprocess'), input: v.string(), output: v.string(), latent_mask: v.string() }),
]);
type Case = v.InferOutput<typeof Case>;

/** Measured between PyTorch's own kernels: 2e-5 when encoding, at a deviation of 4, and 2e-6 when decoding. */
const ENCODED = 2e-4;
const DECODED = 5e-5;

/** The VAE's two halves, and what becomes of pictures and masks before them. */
export const runVae: TopicRun = async function* (topic, models) {
  for (const [i, json] of topic.cases.entries()) {
    yield await runCase(caseId(json, i), async () => compareCase(topic, await models.open('base'), understand(Case, json)));
  }
};

async function compareCase(topic: Topic, { checkpoint: { vae } }: SdxlModel, recorded: Case): Promise<readonly Comparison[]> {
  switch (recorded.kind) {
    case 'encode': {
      const pixels = topic.tensor(recorded.input);
      const { mean, logvar } = await vae.encode(pixels);
      const noise = topic.tensor(recorded.noise);
      const sample = tensor(mean.dims, mean.data.map((m, i) => samplePosterior(m, logvar.data[i] ?? 0, noise.data[i] ?? 0)));
      return [
        compare('pixels', { data: picturesOf(topic.array(recorded.image_u8_nchw)).flatMap((picture) => [...toPixels(picture).data]) }, pixels, 1e-6),
        compare('mean', mean, topic.tensor(recorded.mean), ENCODED),
        compare('log variance', logvar, topic.tensor(recorded.logvar), ENCODED),
        compare('sample', sample, topic.tensor(recorded.sample), ENCODED),
      ];
    }
    case 'decode': {
      const pixels = await vae.decode(topic.tensor(recorded.latents));
      const pictures = fromPixels(pixels).map((picture) => picture.rgb);
      return [compare('pixels', pixels, topic.tensor(recorded.output), DECODED), ...comparePictures('picture', pictures, topic.array(recorded.image_u8_nhwc))];
    }
    case 'resize_lanczos_u8': {
      const { dims, data } = topic.array(recorded.output);
      const [height = 0, width = 0] = dims;
      return [compare('picture', { data: resizePicture(rgbOf(topic.array(recorded.input)), width, height).rgb }, { data }, 0)];
    }
    case 'preprocess': {
      const fitted = fitSize(rgbOf(topic.array(recorded.input)), vae.config.pixelsPerLatent);
      return [compare('pixels', toPixels(fitted), topic.tensor(recorded.output), 1e-6)];
    }
    case 'mask_preprocess': {
      const { dims, data } = topic.array(recorded.input);
      const [height = 0, width = 0] = dims;
      const mask = toPixelMask({ width, height, grey: bytes(data) }, width, height);
      return [
        compare('mask', mask, topic.tensor(recorded.output), 0),
        compare('latent mask', { data: toLatentMask(mask, vae.config.pixelsPerLatent).data }, { data: topic.array(recorded.latent_mask).data }, 0),
      ];
    }
    case 'decode_tiled': {
      const tiled = tiledVae(vae, { pixels: recorded.tile_sample_min_size, overlap: recorded.tile_overlap_factor });
      return [compare('pixels', await tiled.decode(topic.tensor(recorded.latents)), topic.tensor(recorded.output), DECODED)];
    }
    case 'encode_tiled': {
      const tiled = tiledVae(vae, { pixels: recorded.tile_sample_min_size, overlap: recorded.tile_overlap_factor });
      const { mean } = await tiled.encode(topic.tensor(recorded.input));
      return [compare('mean', mean, topic.tensor(recorded.mean), ENCODED)];
    }
  }
}

/** [height, width, 3] */
function rgbOf({ dims, data }: RecordedArray): Picture {
  const [height = 0, width = 0] = dims;
  return { width, height, rgb: bytes(data) };
}

/** [n, 3, height, width] → n pictures. */
function picturesOf({ dims, data }: RecordedArray): readonly Picture[] {
  const [count = 0, , height = 0, width = 0] = dims;
  const area = height * width;
  return Array.from({ length: count }, (_, n) => {
    const rgb = new Uint8Array(3 * area);
    for (let i = 0; i < 3 * area; i++) rgb[3 * (i % area) + Math.floor(i / area)] = data[3 * n * area + i] ?? 0;
    return { width, height, rgb };
  });
}

function bytes(data: RecordedArray['data']): Uint8Array {
  if (data instanceof Uint8Array) return data;
  throw new BrokenReference('a picture is not recorded as bytes');
}
