import type { InferenceSession } from 'onnxruntime-node';
import type { Provider } from '../networks/graph-form.ts';

/** What a session is created from; plain data, so that it can be sent to another process. */
export interface SessionSource {
  /** For timings and messages: `unet`, `vae decoder`, … */
  readonly name: string;
  /** An ONNX model whose weights lie in files. */
  readonly model: Uint8Array;
  /** The folder that the weights' locations are relative to; a root, so that any file anywhere can be mapped. */
  readonly weightsRoot: string;
  /** Bytes of the weights that the model refers to. */
  readonly weightBytes: number;
  /** What runs it; the graph was written for it. The CPU when absent. */
  readonly provider?: Provider | undefined;
  /** Intra-op threads; onnxruntime's own choice when absent. */
  readonly threads?: number | undefined;
}

/**
 * Repacking gives a network's weights the layout that the CPU multiplies fastest: a demo UNet and SDXL's VAE decoder take a fifth to
 * a quarter less time. It costs a copy of them in memory; for SDXL's UNet that is 11 GB, and a minute more to load.
 */
const WORTH_REPACKING_BYTES = 200_000_000;

export function sessionOptions(source: SessionSource): InferenceSession.SessionOptions {
  return source.provider === undefined || source.provider === 'cpu' ? cpuOptions(source) : gpuOptions(source, source.provider);
}

/** Each line was measured with the full SDXL networks. */
function cpuOptions({ weightsRoot, weightBytes, threads }: SessionSource): InferenceSession.SessionOptions {
  const repack = weightBytes <= WORTH_REPACKING_BYTES;
  return {
    executionProviders: ['cpu'],
    graphOptimizationLevel: repack ? 'all' : 'extended',
    // Sizes differ from job to job: a pattern is planned for one of them.
    enableMemPattern: false,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    extra: {
      // Folding would turn Cast(fp16 weight) into a float32 copy of every weight, in memory.
      optimization: { disable_specified_optimizers: 'ConstantFolding' },
      session: {
        model_external_initializers_file_folder_path: weightsRoot,
        intra_op: { allow_spinning: '0' },
        // Weights stored in float32 need no Cast, and would be packed at the start.
        disable_prepacking: repack ? '0' : '1',
      },
    },
  };
}

/**
 * Weights are copied to the GPU anyway, so that what is computed of them alone (Transpose for NhwcConv, Cast to the type computed in) is
 * folded when the session is created, unlike on the CPU. Packing must be on: it tells NhwcConv that its weights lie as it wants them.
 */
function gpuOptions({ weightsRoot, threads }: SessionSource, provider: 'cuda' | 'webgpu'): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    // Errors only: that shapes are computed on the CPU is as it should be.
    logSeverityLevel: 3,
    graphOptimizationLevel: 'extended',
    enableMemPattern: false,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    extra: {
      session: {
        model_external_initializers_file_folder_path: weightsRoot,
        intra_op: { allow_spinning: '0' },
      },
    },
  };
}
