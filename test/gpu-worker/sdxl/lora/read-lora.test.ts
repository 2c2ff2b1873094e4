import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { openModel } from '../../../../gpu-worker/sdxl/pipeline/open-sdxl.ts';
import { InvalidRequest } from '../../../../gpu-worker/sdxl/pipeline/invalid-request.ts';
import type { SdxlModel } from '../../../../gpu-worker/sdxl/pipeline/sdxl.ts';
import { withLoras } from '../../../../gpu-worker/sdxl/pipeline/with-loras.ts';
import { BadLora } from '../../../../gpu-worker/sdxl/lora/bad-lora.ts';
import { readLora } from '../../../../gpu-worker/sdxl/lora/read-lora.ts';
import { loraTargets } from '../../../../gpu-worker/sdxl/lora/lora-targets.ts';
import { BadWeights } from '../../../../gpu-worker/sdxl/safetensors/bad-weights.ts';
import { float32Tensor, writeRawTensors } from '../safetensors/stored-tensors.ts';
import type { RawTensor } from '../safetensors/stored-tensors.ts';
import { tempFolder } from '../safetensors/write-safetensors.ts';
import { officialModules } from './official-modules.ts';
import { BASE, loraFile, REFINER, ripples } from './small-lora.ts';

let base: SdxlModel;
let refiner: SdxlModel;
let folder = '';
beforeAll(async () => {
  folder = await tempFolder();
  base = await openModel(BASE, { provider: 'cpu', host: 'inline' });
  refiner = await openModel(REFINER, { provider: 'cpu', host: 'inline' });
});
afterAll(async () => {
  await Promise.all([base.checkpoint.close(), refiner.checkpoint.close(), rm(folder, { recursive: true })]);
});

let files = 0;
async function write(tensors: Readonly<Record<string, RawTensor>>, metadata?: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, `${++files}.safetensors`);
  await writeRawTensors(path, new Map(Object.entries(tensors)), metadata);
  return path;
}

function apply(file: string, model = base, strength = 1) {
  return withLoras(model, [{ file, strength }], async () => 'applied');
}

const LAYER = 'lora_unet_middle_block_1_proj_in';
const DOWN = ripples([4, 32], 1);
const UP = ripples([32, 4], 2);
const SOUND = { [`${LAYER}.lora_down.weight`]: DOWN, [`${LAYER}.lora_up.weight`]: UP };

describe('a LoRA file of another family', () => {
  const context = (layer: string, width: number) => ({ [`${layer}.lora_down.weight`]: ripples([4, width], 1), [`${layer}.lora_up.weight`]: ripples([320, 4], 2) });
  test.each([
    ['Stable Diffusion 1', context('lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k', 768)],
    ['Stable Diffusion 2', context('lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k', 1024)],
    ['the base of Stable Diffusion XL', context('lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k', 2048)],
    ['the refiner of Stable Diffusion XL', context('lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_v', 1280)],
    ['Stable Diffusion 1 or 2', { 'lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight': DOWN }],
    ['FLUX', { 'lora_unet_double_blocks_0_img_attn_proj.lora_down.weight': DOWN }],
    ['Stable Diffusion 3', { 'transformer.transformer_blocks.0.attn.to_q.lora_A.weight': DOWN }],
    ['no LoRA but a whole checkpoint', { 'model.diffusion_model.input_blocks.0.0.weight': DOWN }],
    ['a ControlNet', { 'controlnet_cond_embedding.conv_in.weight': DOWN }],
  ])('%s: the first tensor that does not fit is named, and what the file seems to be for', async (family, tensors) => {
    const file = await write({ ...SOUND, ...tensors });
    const [first] = Object.keys(tensors);
    const refusal = apply(file);
    await expect(refusal).rejects.toThrow(BadLora);
    await expect(refusal).rejects.toThrow(`${basename(file)}: tensor "${first ?? ''}" `);
    await expect(refusal).rejects.toThrow(`The file seems to be for ${family}`);
  });

  it('whose writer noted the family is told by that', async () => {
    const file = await write({ 'lora_unet_unheard_of.lora_down.weight': DOWN }, { 'modelspec.architecture': 'some-other-model/lora' });
    await expect(apply(file)).rejects.toThrow('fits no layer of this model. The file seems to be for "some-other-model/lora".');
  });

  it('is the base\'s, asked of the refiner', async () => {
    await expect(apply(loraFile('unet_kohya_sgm'), refiner)).rejects.toThrow(/tensor "lora_unet_output_blocks_0_1_proj_in\.alpha" fits no layer of this model/);
    const attention = 'lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k';
    const file = await write({ [`${attention}.lora_down.weight`]: ripples([4, 28], 1), [`${attention}.lora_up.weight`]: ripples([32, 4], 2) });
    expect(await apply(file)).toBe('applied');
    await expect(apply(file, refiner)).rejects.toThrow(/attn2_to_k\.lora_down\.weight" has shape \[4, 28\], but this model's layer takes \[rank, 16\]/);
    await expect(apply(loraFile('full_kohya_sgm'), refiner)).rejects.toThrow(/tensor "lora_te1_\S+" fits no layer of this model/);
  });

  it('is told apart at the real sizes too', async () => {
    const targets = loraTargets(officialModules('refiner'));
    await expect(readLora(await write(context('lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k', 2048)), targets)).rejects.toThrow(/takes \[rank, 1280\]\. The file seems to be for the base of Stable Diffusion XL/);
  });
});

describe('a file of another method', () => {
  test.each([
    ['DoRA', `${LAYER}.dora_scale`],
    ['DoRA', 'unet.mid_block.attentions.0.proj_in.lora_magnitude_vector'],
    ['LoHa', `${LAYER}.hada_w1_a`],
    ['LoKr', `${LAYER}.lokr_w1`],
    ['LoKr', `${LAYER}.lokr_w2_a`],
    ['OFT', `${LAYER}.oft_blocks`],
    ['IA³', `${LAYER}.on_input`],
    ['full weight differences', `${LAYER}.diff`],
  ])('%s is refused by name', async (method, key) => {
    const file = await write({ ...SOUND, [key]: DOWN });
    await expect(apply(file)).rejects.toThrow(`tensor "${key}" belongs to ${method}; this engine applies LoRA (and LoCon) files only`);
  });
});

describe('a broken LoRA file', () => {
  const half: RawTensor = { dtype: 'F16', dims: [], bytes: Buffer.from([0, 0x7c]) }; // infinity
  test.each([
    ['without its down', { [`${LAYER}.lora_up.weight`]: UP }, /lora_up\.weight" has no down beside it: the file is incomplete/],
    ['without its up', { [`${LAYER}.lora_down.weight`]: DOWN }, /lora_down\.weight" has no up beside it: the file is incomplete/],
    ['with an alpha alone', { [`${LAYER}.alpha`]: float32Tensor([], [1]) }, /alpha" has no down beside it/],
    ['of two ranks', { ...SOUND, [`${LAYER}.lora_up.weight`]: ripples([32, 8], 1) }, /lora_up\.weight" has shape \[32, 8\], but this model's layer takes \[32, 4\]/],
    ['of rank 0', { [`${LAYER}.lora_down.weight`]: ripples([0, 32], 1), [`${LAYER}.lora_up.weight`]: ripples([32, 0], 1) }, /lora_down\.weight" has shape \[0, 32\]/],
    ['with a shape of no matrix', { ...SOUND, [`${LAYER}.lora_down.weight`]: ripples([4], 1) }, /has shape \[4\], but this model's layer takes \[rank, 32\]/],
    ['with an alpha of several numbers', { ...SOUND, [`${LAYER}.alpha`]: float32Tensor([2], [1, 2]) }, /alpha" has shape \[2\]; it should be a single number/],
    ['with an infinite alpha', { ...SOUND, [`${LAYER}.alpha`]: half }, /alpha" has the alpha Infinity: the file is damaged/],
    ['with a layer under two names', { ...SOUND, 'unet.mid_block.attentions.0.proj_in.lora_A.weight': DOWN }, /proj_in\.lora_A\.weight" is the same layer's down as "lora_unet_middle_block_1_proj_in\.lora_down\.weight"/],
    ['with nothing in it', {}, /the file holds no tensors/],
  ])('%s is refused', async (_, tensors, message) => {
    const refusal = apply(await write(tensors));
    await expect(refusal).rejects.toThrow(message);
  });

  it('of whole numbers is refused when the graph is built', async () => {
    const bytes = { dtype: 'I8', dims: [4, 32], bytes: Buffer.alloc(128) } as const;
    await expect(apply(await write({ ...SOUND, [`${LAYER}.lora_down.weight`]: bytes }))).rejects.toThrow(/is of type I8; a network's weights must be floating-point numbers/);
  });

  it('or no file at all is a BadWeights', async () => {
    await expect(apply(join(folder, 'nowhere.safetensors'))).rejects.toThrow(BadWeights);
  });
});

describe('a request for LoRA files', () => {
  it('is refused for a strength that is no number, or a file named twice', async () => {
    await expect(apply(loraFile('unet_peft'), base, NaN)).rejects.toThrow(InvalidRequest);
    const twice = [{ file: loraFile('unet_peft'), strength: 1 }, { file: loraFile('unet_peft'), strength: 0.5 }];
    await expect(withLoras(base, twice, async () => 'applied')).rejects.toThrow('A LoRA is named twice: name it once, with the sum of its strengths.');
    const respelled = twice.map((lora, i) => ({ ...lora, file: i === 0 ? lora.file : lora.file.replace('/lora/', '/lora/../lora/') }));
    await expect(withLoras(base, respelled, async () => 'applied')).rejects.toThrow('is named twice');
  });

  it('without any runs the model as it is', async () => {
    expect(await withLoras(base, [], async (model) => model === base)).toBe(true);
    expect(await withLoras(base, undefined, async (model) => model === base)).toBe(true);
  });
});
