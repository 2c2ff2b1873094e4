import type { UNetBlocks } from '../networks/unet-blocks.ts';

/** What stands outside the blocks. */
const OUTSIDE: Readonly<Record<string, string>> = {
  conv_in: 'input_blocks.0.0',
  'time_embedding.linear_1': 'time_embed.0',
  'time_embedding.linear_2': 'time_embed.2',
  'add_embedding.linear_1': 'label_emb.0.0',
  'add_embedding.linear_2': 'label_emb.0.2',
  conv_norm_out: 'out.0',
  conv_out: 'out.2',
};

const IN_A_RESNET: Readonly<Record<string, string>> = {
  norm1: 'in_layers.0',
  conv1: 'in_layers.2',
  time_emb_proj: 'emb_layers.1',
  norm2: 'out_layers.0',
  conv2: 'out_layers.3',
  conv_shortcut: 'skip_connection',
};

const PLACE = /^((?:(?:down|up)_blocks\.\d+|mid_block)\.(resnets|attentions|downsamplers|upsamplers)\.\d+)\.(.+)$/;

/**
 * What diffusers' modules of a UNet are called in Stability's own code, and so in single-file checkpoints and most LoRA files
 * (https://github.com/Stability-AI/generative-models/blob/main/sgm/modules/diffusionmodules/openaimodel.py): one list of input
 * blocks, one of output blocks. The function takes a module's name (`down_blocks.0.resnets.0.conv1`) and throws `RangeError` for
 * one that the UNet does not have.
 */
export function originalUNetNames(blocks: UNetBlocks): (module: string) => string {
  const places = new Map([...downPlaces(blocks), ...midPlaces(blocks), ...upPlaces(blocks)]);
  return (module) => {
    const outside = OUTSIDE[module];
    if (outside !== undefined) return outside;
    const [, place = '', kind, inside = ''] = PLACE.exec(module) ?? [];
    const found = places.get(place);
    if (found === undefined) throw new RangeError(`the UNet has no module ${module}`);
    if (kind === 'resnets') return `${found}.${IN_A_RESNET[inside] ?? inside}`;
    return `${found}.${kind === 'downsamplers' ? 'op' : inside}`;
  };
}

type Places = (readonly [diffusers: string, original: string])[];

function downPlaces({ down }: UNetBlocks): Places {
  const places: Places = [];
  let n = 1; // input block 0 is conv_in
  for (const [i, block] of down.entries()) {
    for (const [j, transformerLayers] of block.transformerLayers.entries()) {
      places.push([`down_blocks.${i}.resnets.${j}`, `input_blocks.${n}.0`]);
      if (transformerLayers > 0) places.push([`down_blocks.${i}.attentions.${j}`, `input_blocks.${n}.1`]);
      n++;
    }
    if (i < down.length - 1) places.push([`down_blocks.${i}.downsamplers.0`, `input_blocks.${n++}.0`]);
  }
  return places;
}

function midPlaces({ mid }: UNetBlocks): Places {
  const attends = (mid.transformerLayers[0] ?? 0) > 0;
  const names = ['resnets.0', ...(attends ? ['attentions.0'] : []), 'resnets.1'];
  return names.map((name, i) => [`mid_block.${name}`, `middle_block.${i}`]);
}

function upPlaces({ up }: UNetBlocks): Places {
  const places: Places = [];
  let n = 0;
  for (const [i, block] of up.entries()) {
    for (const [j, transformerLayers] of block.transformerLayers.entries()) {
      const attends = transformerLayers > 0;
      places.push([`up_blocks.${i}.resnets.${j}`, `output_blocks.${n}.0`]);
      if (attends) places.push([`up_blocks.${i}.attentions.${j}`, `output_blocks.${n}.1`]);
      const isLast = j === block.transformerLayers.length - 1;
      if (isLast && i < up.length - 1) places.push([`up_blocks.${i}.upsamplers.0`, `output_blocks.${n}.${attends ? 2 : 1}`]);
      n++;
    }
  }
  return places;
}
