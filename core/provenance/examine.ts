import { readManifest } from './c2pa/read-manifest.ts';
import type { Findings, WatermarkFinding } from './findings.ts';
import { readPngText } from './png-text.ts';
import { RECIPE_KEYWORD, parseRecipe } from './recipe.ts';
import { MOST_CHANCE, detect } from './watermark/detect.ts';
import { readXmp } from './xmp.ts';

/** 8-bit RGB, row by row. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Longer texts are cut: they are shown to people. */
const MOST_PARAMETERS = 4000;

/** Reads all that a picture's file says of itself, and, given its pixels, the watermark in them. Never throws for what is in the file. */
export async function examine(file: Uint8Array, pixels?: Pixels): Promise<Findings> {
  const xmp = readXmp(file);
  const recipe = parseRecipe((isPng(file) ? readPngText(file, RECIPE_KEYWORD) : undefined) ?? xmp.recipe ?? '');
  const parameters = isPng(file) ? readPngText(file, 'parameters') : undefined;
  return {
    c2pa: await readManifest(file),
    watermark: pixels ? readWatermark(pixels) : { kind: 'not-looked' },
    ...(xmp.digitalSourceType && { digitalSourceType: xmp.digitalSourceType }),
    ...(xmp.creatorTool && { creatorTool: xmp.creatorTool }),
    ...(recipe && { recipe }),
    ...(parameters && { parameters: parameters.slice(0, MOST_PARAMETERS) }),
  };
}

function readWatermark(pixels: Pixels): WatermarkFinding {
  const found = detect(pixels);
  if (!found || found.chance > MOST_CHANCE) return { kind: 'none' };
  const { chance, mark, cut } = found;
  return mark ? { kind: 'found', jobId: mark.jobId, chance, left: 1 / cut } : { kind: 'traces', chance };
}

function isPng(file: Uint8Array): boolean {
  return Buffer.from(file.buffer, file.byteOffset, Math.min(8, file.byteLength)).toString('latin1') === '\x89PNG\r\n\x1a\n';
}
