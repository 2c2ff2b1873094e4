import { readManifest } from './c2pa/read-manifest.ts';
import { readUserComment } from './exif/user-comment.ts';
import type { Findings, WatermarkFinding } from './findings.ts';
import { readPngText } from './png-text.ts';
import { RECIPE_KEYWORD, parseRecipe } from './recipe.ts';
import { MOST_CHANCE, detect } from './watermark/detect.ts';
import { XMP_KEYWORD, readXmp } from './xmp.ts';

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
  const pngText = (keyword: string) => (isPng(file) ? readPngText(file, keyword) : undefined);
  const packet = pngText(XMP_KEYWORD);
  const xmp = readXmp(packet === undefined ? file : Buffer.from(packet));
  const recipe = parseRecipe(pngText(RECIPE_KEYWORD) ?? xmp.recipe ?? '');
  const parameters = pngText('parameters') ?? readUserComment(file);
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
