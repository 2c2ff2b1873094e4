import { join } from 'node:path';

/** The upscaler that ships with the repository; README.md says where it comes from. */
export const ESRGAN_THICK = join(import.meta.dirname, 'esrgan-thick.fp16.safetensors');

export const ESRGAN_THICK_PACKAGE = '@upscalerjs/esrgan-thick@1.0.0';
