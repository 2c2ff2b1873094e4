/** Style presets: words put around a prompt, so that nobody must know the words that a model listens to. */
interface Style {
  readonly label: string;
  /** `{prompt}` stands for what the person wrote. */
  readonly prompt: string;
  /** Put behind the person's own negative prompt. */
  readonly negative: string;
}

export const STYLES = {
  photo: { label: 'Photograph', prompt: '{prompt}, photograph, natural light, 50 mm lens, sharp focus, fine detail', negative: 'drawing, painting, 3d render, oversaturated, blurry' },
  cinematic: { label: 'Cinematic', prompt: 'film still of {prompt}, dramatic light, shallow depth of field, anamorphic lens, film grain', negative: 'flat light, drawing, cartoon, text' },
  portrait: { label: 'Studio portrait', prompt: 'studio portrait of {prompt}, soft key light, plain background, 85 mm lens', negative: 'deformed, extra fingers, harsh shadows, cropped head' },
  watercolour: { label: 'Watercolour', prompt: 'watercolour painting of {prompt}, loose brushwork, wet on wet, white paper showing through', negative: 'photograph, 3d render, hard outlines' },
  oil: { label: 'Oil painting', prompt: 'oil painting of {prompt}, visible brush strokes, thick paint, warm palette', negative: 'photograph, 3d render, flat colours' },
  ink: { label: 'Ink drawing', prompt: 'ink drawing of {prompt}, fine hatching, black lines on white paper', negative: 'colour, photograph, blur, grey wash' },
  pencil: { label: 'Pencil sketch', prompt: 'pencil sketch of {prompt}, graphite, soft shading, sketchbook page', negative: 'colour, photograph, 3d render' },
  comic: { label: 'Comic', prompt: 'comic book panel of {prompt}, bold outlines, flat colours, halftone shading', negative: 'photograph, realistic, speech bubbles, text' },
  anime: { label: 'Anime', prompt: 'anime key visual of {prompt}, clean line art, cel shading, painted background', negative: 'photograph, realistic, 3d render, extra fingers' },
  'pixel-art': { label: 'Pixel art', prompt: 'pixel art of {prompt}, 16-bit game sprite, limited palette, crisp pixels', negative: 'blurry, photograph, smooth gradients' },
  'low-poly': { label: 'Low poly', prompt: 'low-poly 3d render of {prompt}, flat shaded facets, isometric view, soft shadows', negative: 'photograph, noise, fine texture' },
  'fantasy-art': { label: 'Fantasy art', prompt: 'fantasy illustration of {prompt}, epic scale, glowing light, intricate detail, matte painting', negative: 'photograph, modern objects, text' },
} as const satisfies Readonly<Record<string, Style>>;

export type StyleId = keyof typeof STYLES;

export function isStyleId(name: string): name is StyleId {
  return Object.hasOwn(STYLES, name);
}

/** What the model is given for what a person wrote; without a style, just that. */
export function inStyle({ prompt, negativePrompt, style }: { readonly prompt: string; readonly negativePrompt: string | null; readonly style?: StyleId | undefined }): {
  readonly prompt: string;
  readonly negativePrompt: string | null;
} {
  if (style === undefined) return { prompt, negativePrompt };
  const { prompt: template, negative } = STYLES[style];
  return { prompt: template.replace('{prompt}', () => prompt), negativePrompt: negativePrompt === null || negativePrompt === '' ? negative : `${negativePrompt}, ${negative}` };
}
