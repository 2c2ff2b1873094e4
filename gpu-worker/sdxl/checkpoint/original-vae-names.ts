const IN_ATTENTION: Readonly<Record<string, string>> = { group_norm: 'norm', to_q: 'q', to_k: 'k', to_v: 'v', 'to_out.0': 'proj_out' };

/**
 * What diffusers' modules of a VAE are called in the original code
 * (https://github.com/Stability-AI/generative-models/blob/main/sgm/modules/diffusionmodules/model.py). `levels`: of its block_out_channels;
 * the decoder's are counted from the other end there. The function takes a module's name (`encoder.down_blocks.0.resnets.0.conv1`).
 */
export function originalVaeNames(levels: number): (module: string) => string {
  return (module) =>
    module
      .replace(/^(encoder|decoder)\.conv_norm_out$/, '$1.norm_out')
      .replace(/\.mid_block\.resnets\.(\d+)\./, (_, i: string) => `.mid.block_${Number(i) + 1}.`)
      .replace(/\.mid_block\.attentions\.0\.(.+)$/, (_, inside: string) => `.mid.attn_1.${IN_ATTENTION[inside] ?? inside}`)
      .replace(/\.down_blocks\.(\d+)\./, '.down.$1.')
      .replace(/\.up_blocks\.(\d+)\./, (_, i: string) => `.up.${levels - 1 - Number(i)}.`)
      .replace(/\.resnets\.(\d+)\./, '.block.$1.')
      .replace(/\.conv_shortcut$/, '.nin_shortcut')
      .replace(/\.(down|up)samplers\.0\./, '.$1sample.');
}
