import type { Findings } from '../../core/provenance/findings.ts';

/** Reads what a file says of itself beside its pixels. Loaded when it is asked for: what it reads signatures with is large. */
export async function examineWithoutPixels(file: Uint8Array): Promise<Findings> {
  const { examine } = await import('../../core/provenance/examine.ts');
  return examine(file);
}
