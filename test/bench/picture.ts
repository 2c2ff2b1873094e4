/** How much of painting a picture is spent outside the networks, and what memory it takes. */
import path from 'node:path';
import { decodeLatents } from '../../gpu-worker/sdxl/pipeline/decode.ts';
import { openSdxl } from '../../gpu-worker/sdxl/pipeline/open-sdxl.ts';
import { finishWithRefiner } from '../../gpu-worker/sdxl/pipeline/refine-latents.ts';
import type { Sdxl } from '../../gpu-worker/sdxl/pipeline/sdxl.ts';
import { paintBase } from '../../gpu-worker/sdxl/pipeline/text-to-image.ts';
import { childPids, readProcessMemory } from './process-memory.ts';
import { formatTable, median } from './table.ts';

const DEMO = path.resolve(import.meta.dirname, '../../gpu-worker/demo-model');
const EDGES = [128, 256, 512];
const REPEATS = { 128: 7, 256: 3, 512: 3 } as Readonly<Record<number, number>>;
const STEPS = 25;
const HANDOVER = 0.8;

/** Paints with base and refiner in their child processes, as the worker does. */
export async function benchPicture(): Promise<void> {
  let insideMs = 0;
  const sdxl = await openSdxl({
    base: path.join(DEMO, 'base'),
    refiner: path.join(DEMO, 'refiner'),
    provider: 'cpu',
    host: 'process',
    onRun: (run) => (insideMs += run.insideMs),
  });
  try {
    await paint(sdxl, 128, 0);
    const rows: string[][] = [];
    for (const edge of EDGES) {
      const outside: number[] = [];
      const walls: number[] = [];
      for (let repeat = 0; repeat < (REPEATS[edge] ?? 1); repeat += 1) {
        insideMs = 0;
        const startedAt = performance.now();
        await paint(sdxl, edge, repeat);
        const wallMs = performance.now() - startedAt;
        walls.push(wallMs);
        outside.push(100 * (1 - insideMs / wallMs));
      }
      rows.push([`${edge} × ${edge}`, (median(walls) / 1000).toFixed(2), median(outside).toFixed(1), Math.min(...outside).toFixed(1), Math.max(...outside).toFixed(1)]);
    }
    console.log(`One picture, ${STEPS} steps with guidance, base and refiner; median of some.\n`);
    console.log(formatTable(['picture', 'seconds', 'outside the networks %', 'least %', 'most %'], rows));
    await printMemory();
  } finally {
    await sdxl.close();
  }
}

async function paint(sdxl: Sdxl, edge: number, seed: number): Promise<void> {
  const asked = { prompt: 'a red house on green grass under a yellow sun', negativePrompt: null, guidanceScale: 5, steps: STEPS, seeds: [seed] };
  const latents = await paintBase(sdxl, { ...asked, width: edge, height: edge, denoisingEnd: HANDOVER });
  await decodeLatents(sdxl, await finishWithRefiner(sdxl, { ...asked, latents, denoisingStart: HANDOVER }));
}

async function printMemory(): Promise<void> {
  const hosts = await childPids();
  const rows = [];
  for (const [name, pid] of [['this process', process.pid] as const, ...hosts.map((pid, index) => [`model host ${index + 1}`, pid] as const)]) {
    const memory = await readProcessMemory(pid);
    if (memory) rows.push([name, memory.peakMiB.toFixed(0), memory.anonymousMiB.toFixed(0), memory.mappedMiB.toFixed(0)]);
  }
  if (rows.length > 0) console.log(`\n${formatTable(['process', 'peak MiB', 'own MiB now', 'mapped MiB now'], rows)}`);
}
