import type { Feed, Session } from '../session/session.ts';
import { tensor } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { sinusoids } from './sinusoids.ts';
import type { UNetConfig } from './unet-config.ts';
import type { UNet, UNetInput } from './unet.ts';

/** A UNet over a session whose graph `buildUNet` made. */
export function sessionUNet(config: UNetConfig, session: Session): UNet {
  return {
    config,
    async predict(input) {
      const { output } = await session.run(feedsOf(config, input).feeds, ['output']);
      if (output === undefined) throw new Error('the UNet gave no output');
      return output;
    },
    async probe(input, names) {
      const { feeds, computedHere } = feedsOf(config, input);
      const outputs = await session.run(feeds, names.filter((name) => !Object.hasOwn(computedHere, name)));
      return { ...outputs, ...computedHere };
    },
    close: () => session.close(),
  };
}

interface UNetFeeds {
  readonly feeds: Readonly<Record<string, Feed>>;
  /** Intermediates that are computed before the graph. */
  readonly computedHere: Readonly<Record<string, Tensor>>;
}

/** The graph's inputs: numbers that condition the picture have become sinusoids. Throws `RangeError` for shapes that do not fit. */
function feedsOf(config: UNetConfig, { sample, timestep, promptEmbeds, pooledPromptEmbeds, timeIds }: UNetInput): UNetFeeds {
  const [batch = 0] = sample.dims;
  const { flipSinToCos, freqShift, firstChannels, additionTimeEmbedDim, additionInputDim } = config;
  const time = sinusoids(Array.from({ length: batch }, () => timestep), { length: firstChannels, flipSinToCos, freqShift });
  const addedTime = sinusoids(timeIds.data, { length: additionTimeEmbedDim, flipSinToCos, freqShift });
  const pooled = width(pooledPromptEmbeds);
  const idsWidth = width(timeIds) * additionTimeEmbedDim;
  for (const [name, { dims }] of Object.entries({ promptEmbeds, pooledPromptEmbeds, timeIds })) {
    if (dims[0] !== batch) throw new RangeError(`${name} has ${dims[0]} samples, the latents have ${batch}`);
  }
  if (pooled + idsWidth !== additionInputDim) {
    throw new RangeError(`${pooled} pooled numbers and ${width(timeIds)} time ids of ${additionTimeEmbedDim} make ${pooled + idsWidth}, but this UNet takes ${additionInputDim}: base and refiner take different time ids`);
  }
  const added = new Float32Array(batch * additionInputDim);
  for (let n = 0; n < batch; n++) {
    added.set(pooledPromptEmbeds.data.subarray(n * pooled, (n + 1) * pooled), n * additionInputDim);
    added.set(addedTime.subarray(n * idsWidth, (n + 1) * idsWidth), n * additionInputDim + pooled);
  }
  const timeProj = tensor([batch, firstChannels], time);
  return {
    feeds: { sample, time: timeProj, added: tensor([batch, additionInputDim], added), context: promptEmbeds },
    computedHere: { time_proj: timeProj, add_time_proj: tensor([batch * width(timeIds), additionTimeEmbedDim], addedTime) },
  };
}

function width({ dims }: Tensor): number {
  return dims.at(-1) ?? 0;
}
