/** onnxruntime's execution providers that there are graphs for. */
export const PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;
export type Provider = (typeof PROVIDERS)[number];

/**
 * Families of onnxruntime's own operators; where one is not used, ONNX's operators do the same.
 *
 *   attention   MultiHeadAttention: no buffer of all scores (671 MB at 1024²)
 *   nhwc        NhwcConv and GroupNorm with its silu: channels last, as tensor cores want them
 *   split-gelu  BiasSplitGelu: GEGLU in one kernel, for the widths it was compiled for
 *   skip-norm   SkipLayerNormalization: a sum and the norm after it in one kernel
 */
export const FAMILIES = ['attention', 'nhwc', 'split-gelu', 'skip-norm'] as const;
export type Family = (typeof FAMILIES)[number];

/** How graphs are written for one provider on one machine. */
export interface GraphForm {
  readonly provider: Provider;
  /** What is computed in; what goes in and comes out of a graph is float32 always. */
  readonly type: 'float32' | 'float16';
  readonly families: ReadonlySet<Family>;
}

/** Half-precision arithmetic is emulated on CPUs, and slow: weights may be stored in it, sums are not. */
export const CPU_FORM: GraphForm = { provider: 'cpu', type: 'float32', families: new Set(['attention']) };

/** What each provider has kernels for; a self-check says which of them work. */
export const FAMILIES_OF: Readonly<Record<Provider, readonly Family[]>> = {
  cpu: ['attention'],
  cuda: FAMILIES,
  webgpu: ['attention', 'skip-norm'],
};
