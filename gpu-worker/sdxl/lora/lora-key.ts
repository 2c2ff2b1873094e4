/** What one tensor of a LoRA file is: a part of some layer's update. */
export interface LoraKey {
  /** The layer as the file calls it: `lora_unet_input_blocks_4_1_proj_in`, `unet.down_blocks.1.attentions.0.proj_in` … */
  readonly layer: string;
  readonly part: LoraPart;
}

/** update = strength · alpha / rank · up · (mid ·) down; a `mid` is LyCORIS' three-part convolution. */
export type LoraPart = 'down' | 'mid' | 'up' | 'alpha';

/** Endings, by who writes them; the text before is the layer. */
const ENDINGS: readonly (readonly [pattern: RegExp, part: LoraPart])[] = [
  // kohya-ss and LyCORIS
  [/\.lora_down\.weight$/, 'down'],
  [/\.lora_mid\.weight$/, 'mid'],
  [/\.lora_up\.weight$/, 'up'],
  [/\.alpha$/, 'alpha'],
  // PEFT, with or without an adapter's name
  [/\.lora_A(\.(?!weight$)\w+)?\.weight$/, 'down'],
  [/\.lora_B(\.(?!weight$)\w+)?\.weight$/, 'up'],
  // diffusers before PEFT: modules, then text encoders, then attention processors
  [/\.lora\.down\.weight$/, 'down'],
  [/\.lora\.up\.weight$/, 'up'],
  [/\.lora_linear_layer\.down\.weight$/, 'down'],
  [/\.lora_linear_layer\.up\.weight$/, 'up'],
  [/_lora\.down\.weight$/, 'down'],
  [/_lora\.up\.weight$/, 'up'],
];

/** Splits a tensor's name into layer and part; `undefined` when it is not a LoRA's. */
export function parseLoraKey(key: string): LoraKey | undefined {
  for (const [pattern, part] of ENDINGS) {
    const match = pattern.exec(key);
    if (match !== null) return { layer: withoutProcessor(key.slice(0, match.index), match[0].startsWith('_lora')), part };
  }
  return undefined;
}

/** Attention processors held what the layers of today hold: `attn1.processor.to_q_lora` is `attn1.to_q`. */
function withoutProcessor(layer: string, isProcessor: boolean): string {
  if (!isProcessor) return layer;
  if (layer.startsWith('text_encoder')) return layer.replace(/\.to_(q|k|v|out)$/, '.$1_proj');
  return layer.replace('.processor.', '.').replace(/\.to_out$/, '.to_out.0');
}

/** Other methods that share LoRA's file format and its users' name for it; none is low-rank branches beside the layers. */
const OTHER_METHODS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\.dora_scale$|\.lora_magnitude_vector/, 'DoRA'],
  [/\.hada_(w|t)\d/, 'LoHa'],
  [/\.lokr_(w|t)\d/, 'LoKr'],
  [/\.oft_(blocks|diag)$|\.oft_R\./, 'OFT'],
  [/\.(a1|a2|b1|b2)\.weight$/, 'GLoRA'],
  [/\.on_input$/, 'IA³'],
  [/\.diff(_b)?$|\.set_weight$/, 'full weight differences'],
  [/\.(w|b)_norm$/, 'norm differences'],
];

/** The name of the method when a tensor belongs to one that is not LoRA. */
export function otherMethodOf(key: string): string | undefined {
  return OTHER_METHODS.find(([pattern]) => pattern.test(key))?.[1];
}
