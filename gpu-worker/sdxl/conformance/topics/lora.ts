import { basename } from 'node:path';
import * as v from 'valibot';
import type { CheckpointSource } from '../../checkpoint/checkpoint-source.ts';
import { diffusersFolder } from '../../checkpoint/diffusers-folder.ts';
import { planTextEncoder, planUNet } from '../../checkpoint/plan-networks.ts';
import { type Branches, withBranches, withBranchWeights } from '../../lora/lora-layers.ts';
import { loraTargets } from '../../lora/lora-targets.ts';
import { type Lora, readLora } from '../../lora/read-lora.ts';
import { buildGraph } from '../../networks/build-graph.ts';
import { CPU_FORM } from '../../networks/graph-form.ts';
import type { Layers } from '../../networks/layers.ts';
import type { Weights } from '../../safetensors/weights.ts';
import { InlineHost } from '../../session/inline-host.ts';
import { elementCount, type Tensor, tensor } from '../../tensor.ts';
import { runCase } from '../case-result.ts';
import { compare } from '../compare.ts';
import { caseId, understand } from '../recorded-case.ts';
import { BrokenReference } from '../reference-folder.ts';
import type { TopicRun } from '../topic-run.ts';

const Case = v.object({ id: v.string(), module: v.string(), scale: v.number(), weight: v.string() });
const Files = v.record(v.string(), v.object({ file: v.string() }));

/** Weights are of the order of 0.1; what is measured is a sum of products of them and ones. */
const TOLERANCE = 1e-6;

/**
 * The weight that a layer has with a LoRA at some strength. The engine never merges: the layer with its branch is given unit impulses, and
 * what comes out is the weight that it acts like. Every file that changes the layer must give the recorded one.
 */
export const runLora: TopicRun = async function* (topic, models) {
  const source = await diffusersFolder(models.path('models/base'));
  const { weights } = await source.part('unet');
  const loras = await readAll(source, Object.values(v.parse(Files, topic.json['files'])).map(({ file }) => models.path(file)));
  for (const [i, json] of topic.cases.entries()) {
    yield await runCase(caseId(json, i), async () => {
      const { module, scale, weight } = understand(Case, json);
      const expected = topic.tensor(weight);
      const changing = loras.filter(({ updates }) => updates.unet.has(module));
      if (changing.length === 0) throw new BrokenReference(`no LoRA file changes ${module}`);
      return Promise.all(
        changing.map(async ({ path, updates }) => {
          const update = updates.unet.get(module);
          const branches: Branches = new Map(update === undefined ? [] : [[module, [{ input: 'strength', update }]]]);
          return compare(basename(path), await effectiveWeight(weights, branches, module, expected.dims, scale), expected, TOLERANCE);
        }),
      );
    });
  }
};

async function readAll(source: CheckpointSource, paths: readonly string[]): Promise<readonly Lora[]> {
  const options = { form: CPU_FORM };
  const unet = planUNet(await source.part('unet'), options);
  const first = planTextEncoder('text_encoder', await source.part('text_encoder'), options);
  const second = planTextEncoder('text_encoder_2', await source.part('text_encoder_2'), options);
  const targets = loraTargets({ unetConfig: unet.config, unet: unet.modules, text_encoder: first.modules, text_encoder_2: second.modules });
  return Promise.all(paths.map((path) => readLora(path, targets)));
}

/** dims: [out, in], or [out, in, kernel, kernel] */
async function effectiveWeight(weights: Weights, branches: Branches, module: string, dims: readonly number[], strength: number): Promise<Tensor> {
  const [outputs = 0, inputs = 0, kernel] = dims;
  const build = (plain: Layers): void => {
    const layers = withBranches(plain, branches);
    if (kernel === undefined) layers.output('y', layers.linear(layers.rowsInput('x', inputs, 'sample'), module, outputs, { bias: false }));
    else layers.output('y', layers.conv(layers.mapInput('x', inputs), module, { channels: outputs, kernel: kernel === 1 ? 1 : 3, bias: false }));
  };
  const host = new InlineHost();
  try {
    const session = await host.open({ name: module, ...buildGraph(module, CPU_FORM, withBranchWeights(weights, branches), build) });
    const { y } = await session.run({ x: impulses(inputs, kernel ?? 1, kernel !== undefined), strength: tensor([1], Float32Array.of(strength)) }, ['y']);
    return tensor(dims, y === undefined ? undefined : weightFromResponse(y.data, outputs, inputs, kernel ?? 1));
  } finally {
    await host.close();
  }
}

/** One sample per input channel: a single one in that channel, in the middle. */
function impulses(inputs: number, kernel: number, isMap: boolean): Tensor {
  const x = tensor(isMap ? [inputs, inputs, kernel, kernel] : [inputs, inputs]);
  const area = kernel * kernel;
  for (let i = 0; i < inputs; i++) x.data[(i * inputs + i) * area + (area - 1) / 2] = 1;
  return x;
}

/** response: [in, out, kernel, kernel], where the kernel lies point-mirrored. */
function weightFromResponse(response: Float32Array, outputs: number, inputs: number, kernel: number): Float32Array {
  const area = kernel * kernel;
  const weight = new Float32Array(elementCount([outputs, inputs, area]));
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let k = 0; k < area; k++) weight[(o * inputs + i) * area + k] = response[(i * outputs + o) * area + (area - 1 - k)] ?? NaN;
    }
  }
  return weight;
}
