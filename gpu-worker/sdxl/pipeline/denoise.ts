import { setImmediate } from 'node:timers/promises';
import type { UNet } from '../networks/unet.ts';
import type { Sampler } from '../samplers/sampler.ts';
import type { CallRange } from '../schedule/call-range.ts';
import { elementCount, tensor } from '../tensor.ts';
import type { PictureConditioning } from './conditioning.ts';
import { guide, rescaleGuided } from './guidance.ts';
import { InvalidRequest } from './invalid-request.ts';
import type { NoiseSource } from './noise-source.ts';
import type { Latents, SdxlModel } from './sdxl.ts';
import type { RunState, Watch } from './watch.ts';

/** One model's share of the denoising of some pictures. */
export interface Denoising {
  readonly model: SdxlModel;
  readonly sampler: Sampler;
  readonly calls: CallRange;
  /** Where to begin; given a `resume`, not read. */
  readonly latents: Latents;
  /** One per picture. */
  readonly conditioning: readonly PictureConditioning[];
  readonly guidanceScale: number;
  readonly guidanceRescale?: number | undefined;
  readonly noise: NoiseSource;
  readonly resume?: RunState | undefined;
  /** Changes the latents after a call: inpainting puts back what is to be kept. */
  readonly afterCall?: ((latents: Float32Array, call: number) => Float32Array) | undefined;
}

/**
 * Runs the sampler over its calls. Each picture is one pass through the UNet, a batch of 2 under guidance: that bounds
 * memory whatever the number of pictures, and no picture depends on its neighbours.
 */
export async function denoise(run: Denoising, watch: Watch = {}): Promise<Latents> {
  const { model, sampler, calls, noise } = run;
  const { dims } = run.resume?.latents ?? run.latents;
  let latents = run.resume?.latents ?? run.latents;
  if (run.resume !== undefined) {
    sampler.restore(run.resume.sampler);
    noise.restore(run.resume.noise);
  }
  for (let call = run.resume?.call ?? calls.begin; call < calls.end; call++) {
    const modelOutput = await predictNoise(run, latents, call, watch.signal);
    const draw = sampler.noiseDraws(call) === 1 ? noise.draw(dims) : undefined;
    const { next, denoised } = sampler.step(modelOutput, call, latents.data, draw);
    latents = tensor(dims, run.afterCall?.(next, call) ?? next);

    const reached = latents;
    await watch.onStep?.({
      stage: model.checkpoint.family,
      step: call - calls.begin + 1,
      steps: calls.end - calls.begin,
      latents: reached,
      denoised: tensor(dims, denoised),
      snapshot: () => ({ call: call + 1, latents: reached, sampler: sampler.snapshot(), noise: noise.snapshot() }),
    });
    // A network in this process blocks the event loop while it runs: let timers and sockets have their turn.
    await setImmediate();
  }
  return latents;
}

async function predictNoise(run: Denoising, latents: Latents, call: number, signal: AbortSignal | undefined): Promise<Float32Array> {
  const { unet } = run.model.checkpoint;
  const timestep = run.sampler.timesteps[call];
  if (timestep === undefined) throw new RangeError(`the schedule has no call ${call}`);
  const shape = latents.dims.slice(1);
  const length = elementCount(shape);
  const scaled = run.sampler.scaleModelInput(latents.data, call);
  const predicted = new Float32Array(latents.data.length);
  for (const [i, conditioning] of run.conditioning.entries()) {
    signal?.throwIfAborted();
    const picture = scaled.subarray(i * length, (i + 1) * length);
    predicted.set(await predictPicture(unet, picture, shape, timestep, conditioning, run), i * length);
  }
  return predicted;
}

async function predictPicture(
  unet: UNet,
  scaled: Float32Array,
  shape: readonly number[],
  timestep: number,
  conditioning: PictureConditioning,
  { guidanceScale, guidanceRescale = 0 }: Pick<Denoising, 'guidanceScale' | 'guidanceRescale'>,
): Promise<Float32Array> {
  const isGuided = conditioning.timeIds.dims[0] === 2;
  const sample = tensor([isGuided ? 2 : 1, ...shape]);
  sample.data.set(scaled);
  if (isGuided) sample.data.set(scaled, scaled.length);
  const { data } = await unet.predict({ sample, timestep, ...conditioning });
  if (!isGuided) return data;
  const negative = data.subarray(0, scaled.length);
  const positive = data.subarray(scaled.length);
  const guided = guide(negative, positive, guidanceScale);
  return guidanceRescale > 0 ? rescaleGuided(guided, positive, guidanceRescale) : guided;
}

/** Throws InvalidRequest when the cut leaves the model no call: Python's pipelines return noise or an empty batch then. */
export function checkCalls({ begin, end }: CallRange, what: string): void {
  if (end <= begin) throw new InvalidRequest(`${what} leaves no step to run: take more steps, or cut elsewhere.`);
}
