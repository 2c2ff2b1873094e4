import type { Provider } from '../networks/graph-form.ts';

const ADVICE: Readonly<Record<Provider, string>> = {
  cpu: 'Install the dependencies again: `npm ci`.',
  cuda: 'It needs an NVIDIA GPU and driver, CUDA 13 and cuDNN 9, and onnxruntime-node\'s CUDA libraries (`ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js`).',
  webgpu: 'It needs a GPU with a driver for Vulkan (Linux; and libvulkan.so.1), Direct3D 12 (Windows) or Metal (macOS).',
};

/** A provider that was asked for cannot be used here, or computes wrong. Another try will not help: install what is missing, or use another. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused';
  constructor(
    readonly provider: Provider,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`the provider ${provider} cannot be used: ${reason}. ${ADVICE[provider]}`, options);
  }
}
