import { type Findings, isNothing } from '../findings.ts';

/** What was found, in lines for a terminal. */
export function reportLines(findings: Findings): readonly string[] {
  const { digitalSourceType, creatorTool, recipe, parameters } = findings;
  const lines = [
    ['C2PA', c2paLine(findings)],
    ['Watermark', watermarkLine(findings)],
    ['XMP', digitalSourceType && `${digitalSourceType}${creatorTool ? `, by ${creatorTool}` : ''}`],
    ['Recipe', recipe && JSON.stringify(recipe)],
    ['Parameters', parameters?.replaceAll('\n', '\n            ')],
  ].map(([name = '', text]) => `${name.padEnd(12)}${text ?? 'none'}`);
  return [...lines, '', isNothing(findings) ? 'Nothing was found. That proves nothing: all of this can be lost or taken away.' : 'Only a valid C2PA signature is proof, and of no more than who signed; all else can be written by anybody.'];
}

function c2paLine({ c2pa }: Findings): string | undefined {
  if (c2pa.kind === 'none') return undefined;
  const who = `signed by ${c2pa.signer ?? 'nobody known'}${c2pa.issuer ? ` (vouched for by ${c2pa.issuer})` : ''}${c2pa.generator ? `, with ${c2pa.generator}` : ''}`;
  return c2pa.kind === 'valid' ? `valid, ${who}` : `NOT valid (${c2pa.why.join(', ')}), ${who}`;
}

function watermarkLine({ watermark }: Findings): string | undefined {
  switch (watermark.kind) {
    case 'none':
      return undefined;
    case 'not-looked':
      return 'not looked for';
    case 'traces':
      return `Refinery's pattern, but no longer what it says; by chance: ${watermark.chance.toExponential(0)}`;
    case 'found':
      return `made by Refinery, job ${watermark.jobId}; by chance: ${watermark.chance.toExponential(0)}${watermark.left < 1 ? `; about ${Math.round(100 * watermark.left)} % of each edge is left` : ''}`;
  }
}
