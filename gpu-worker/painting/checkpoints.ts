import type { Ledger } from '../../core/ledger.ts';
import type { JobRow } from '../../core/ledger/row.ts';
import { handoverKey, paintedKey } from '../../core/picture-key.ts';
import { MissingObject, type PictureStore } from '../../core/picture-store.ts';
import { decodePicture } from '../delivery/decode-picture.ts';
import { encodePng } from '../delivery/encode-picture.ts';
import type { Picture } from '../sdxl/picture/picture.ts';
import type { Latents } from '../sdxl/pipeline/sdxl.ts';
import { decodeLatentsFile, encodeLatents } from './latents-file.ts';
import type { PaintFrom } from './paint-picture.ts';
import { type StoppedRun, decodeStoppedRun, encodeStoppedRun } from './run-state-file.ts';

/**
 * How far a job's pictures have come, kept so that the next worker goes on from there.
 *
 * The row's checkpoint lists one key per picture begun, in order: its painted picture, or for the last one its hand-over
 * latents or the run between two steps. What cannot be read any more is painted again.
 */
export interface Checkpoints {
  /** A picture that an earlier worker finished painting. */
  painted(index: number): Promise<Picture | undefined>;
  /** Where a picture that is not painted yet goes on. */
  startOf(index: number): Promise<PaintFrom>;
  /** @returns the latents as they would be read back, so that a resumed picture is the same as one that never stopped */
  saveHandover(index: number, latents: Latents): Promise<Latents>;
  /** Keeps latents for a later job; this one does not go on from them. */
  keepLatents(index: number, latents: Latents): Promise<void>;
  saveStopped(index: number, run: StoppedRun): Promise<void>;
  savePainted(index: number, picture: Picture): Promise<void>;
}

export interface CheckpointPorts {
  readonly store: PictureStore;
  readonly ledger: Pick<Ledger, 'saveCheckpoint'>;
  readonly owner: string;
  readonly report?: (event: Resumed) => void;
}

/** A picture goes on from what an earlier worker kept of it. */
export interface Resumed {
  readonly name: 'job:paint:resumed';
  readonly jobId: string;
  readonly from: 'step' | 'handover' | 'painted';
}

/** Methods that save throw `LeaseLost` when the job is not ours any more. */
export function openCheckpoints(
  { store, ledger, owner, report }: CheckpointPorts,
  { job, checkpoint }: JobRow,
): Checkpoints {
  const before = checkpoint?.keys ?? [];
  /** Keys of the painted pictures of this run, by index. */
  const done: string[] = [];

  async function read(key: string | undefined): Promise<Uint8Array | undefined> {
    if (key === undefined) return undefined;
    try {
      return await store.get(key);
    } catch (error) {
      if (error instanceof MissingObject) return undefined;
      throw error;
    }
  }

  function resumed(from: Resumed['from']): void {
    report?.({ name: 'job:paint:resumed', jobId: job.id, from });
  }

  async function save(stage: string, key: string, bytes: Uint8Array, contentType: string, step?: number): Promise<void> {
    await store.put(key, bytes, contentType);
    await ledger.saveCheckpoint(job.id, owner, { stage, keys: [...done, key], ...(step !== undefined && { step }) });
  }

  return {
    painted: async (index) => {
      const key = paintedKey(job.id, index);
      if (before[index] !== key) return undefined;
      const png = await read(key);
      if (!png) return undefined;
      done[index] = key;
      resumed('painted');
      return decodePicture(png);
    },
    startOf: async (index) => {
      const key = before[index];
      const bytes = await read(key);
      if (!bytes) return { at: 'start' };
      const latents = key === handoverKey(job.id, index) ? decodeLatentsFile(bytes) : undefined;
      if (latents) {
        resumed('handover');
        return { at: 'handover', latents };
      }
      const run = key === stoppedKey(job.id, index) ? decodeStoppedRun(bytes) : undefined;
      if (!run) return { at: 'start' };
      resumed('step');
      return { at: 'step', ...run };
    },
    saveHandover: async (index, latents) => {
      const bytes = encodeLatents(latents);
      await save('handover', handoverKey(job.id, index), bytes, 'application/octet-stream');
      return decodeLatentsFile(bytes) ?? latents;
    },
    keepLatents: (index, latents) => store.put(handoverKey(job.id, index), encodeLatents(latents), 'application/octet-stream'),
    saveStopped: (index, run) => save('step', stoppedKey(job.id, index), encodeStoppedRun(run), 'application/json', run.state.call),
    savePainted: async (index, picture) => {
      const key = paintedKey(job.id, index);
      const { bytes, contentType } = await encodePng(picture);
      await save('painted', key, bytes, contentType);
      done[index] = key;
    },
  };
}

/** A run between two steps, kept when a worker drains. */
function stoppedKey(jobId: string, index: number): string {
  return `checkpoints/${jobId}/stopped-${index}.json`;
}
