import { describe, expect, it } from 'vitest';
import { DEMO, SDXL } from '../../../core/model.ts';
import { nativeWindows } from '../../../gpu-worker/painting/native-windows.ts';

describe('a refiner raises a picture', () => {
  it.each([
    ['its own size', 1024, 1024],
    ['a wide picture of as many pixels', 2048, 512],
    ['what a first ✨ asks for', 1536, 1536],
  ])('at once: %s', (_, width, height) => {
    expect(nativeWindows({ width, height }, SDXL)).toBeUndefined();
  });

  it('in windows of its own size where it is much larger than that', () => {
    expect(nativeWindows({ width: 2048, height: 2048 }, SDXL)).toEqual({ pixels: 1024 });
    expect(nativeWindows({ width: 288, height: 288 }, DEMO)).toEqual({ pixels: 128 });
  });
});
