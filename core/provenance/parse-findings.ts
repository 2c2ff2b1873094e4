import * as v from 'valibot';
import type { Findings } from './findings.ts';
import { recipeSchema } from './recipe.ts';

const about = { generator: v.exactOptional(v.string()), signer: v.exactOptional(v.string()), issuer: v.exactOptional(v.string()), digitalSourceType: v.exactOptional(v.string()) };

/** What a child process says that examined a file. */
const findings = v.object({
  c2pa: v.variant('kind', [
    v.object({ kind: v.literal('none') }),
    v.object({ kind: v.literal('valid'), ...about }),
    v.object({ kind: v.literal('invalid'), why: v.array(v.string()), ...about }),
  ]),
  watermark: v.variant('kind', [
    v.object({ kind: v.picklist(['none', 'not-looked']) }),
    v.object({ kind: v.literal('found'), jobId: v.string(), chance: v.number(), left: v.number() }),
    v.object({ kind: v.literal('traces'), chance: v.number() }),
  ]),
  digitalSourceType: v.exactOptional(v.string()),
  creatorTool: v.exactOptional(v.string()),
  recipe: v.exactOptional(recipeSchema),
  parameters: v.exactOptional(v.string()),
});

/** @throws {v.ValiError} for anything else */
export function parseFindings(json: string): Findings {
  return v.parse(findings, JSON.parse(json));
}
