/** In pixels, height first as SDXL has it. */
export interface PixelSize {
  readonly height: number;
  readonly width: number;
}

/** Pixels cut off before training: how far from the top, how far from the left. */
export interface CropTopLeft {
  readonly top: number;
  readonly left: number;
}

/** SDXL's knobs besides the prompt (Podell et al. 2023, section 2.2, https://arxiv.org/abs/2307.01952). All have diffusers' defaults. */
export interface MicroConditioning {
  /** How large the training picture was before scaling; the size painted by default. */
  readonly originalSize?: PixelSize | undefined;
  readonly cropTopLeft?: CropTopLeft | undefined;
  readonly targetSize?: PixelSize | undefined;
  readonly negativeOriginalSize?: PixelSize | undefined;
  readonly negativeCropTopLeft?: CropTopLeft | undefined;
  readonly negativeTargetSize?: PixelSize | undefined;
  /** Refiner only: 0 … 10, 6 by default. */
  readonly aestheticScore?: number | undefined;
  /** Refiner only, 2.5 by default. */
  readonly negativeAestheticScore?: number | undefined;
}

/** What a UNet is told about sizes: for the prompt's half of the batch and for the negative one. */
export interface TimeIds {
  readonly positive: readonly number[];
  readonly negative: readonly number[];
}

const NO_CROP: CropTopLeft = { top: 0, left: 0 };

/** The base's six numbers in text-to-image: the negative half has its own only when both of its sizes are given. */
export function textToImageTimeIds(painted: PixelSize, micro: MicroConditioning): TimeIds {
  const { originalSize = painted, cropTopLeft = NO_CROP, targetSize = painted } = micro;
  const { negativeOriginalSize, negativeCropTopLeft = NO_CROP, negativeTargetSize } = micro;
  const positive = [...size(originalSize), ...crop(cropTopLeft), ...size(targetSize)];
  if (negativeOriginalSize === undefined || negativeTargetSize === undefined) return { positive, negative: positive };
  return { positive, negative: [...size(negativeOriginalSize), ...crop(negativeCropTopLeft), ...size(negativeTargetSize)] };
}

/**
 * Image-to-image and inpainting: five numbers for a refiner, which ends with the aesthetic score, six for a base.
 * In the six the negative half has the POSITIVE crop, as in diffusers.
 */
export function imageToImageTimeIds(count: number, painted: PixelSize, micro: MicroConditioning): TimeIds {
  const { originalSize = painted, cropTopLeft = NO_CROP, targetSize = painted } = micro;
  const { negativeOriginalSize = originalSize, negativeCropTopLeft = NO_CROP, negativeTargetSize = targetSize } = micro;
  const { aestheticScore = 6, negativeAestheticScore = 2.5 } = micro;
  if (count === 5) {
    return {
      positive: [...size(originalSize), ...crop(cropTopLeft), aestheticScore],
      negative: [...size(negativeOriginalSize), ...crop(negativeCropTopLeft), negativeAestheticScore],
    };
  }
  return {
    positive: [...size(originalSize), ...crop(cropTopLeft), ...size(targetSize)],
    negative: [...size(negativeOriginalSize), ...crop(cropTopLeft), ...size(negativeTargetSize)],
  };
}

function size({ height, width }: PixelSize): readonly number[] {
  return [height, width];
}

function crop({ top, left }: CropTopLeft): readonly number[] {
  return [top, left];
}
