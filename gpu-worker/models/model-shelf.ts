import type { OfferedModel } from '../../core/workforce/offer.ts';
import type { Sdxl } from '../sdxl/pipeline/sdxl.ts';
import type { FoundModel } from './find-models.ts';
import type { LoadedModel } from './loaded-model.ts';
import { problemOf } from './check-model.ts';
import { isUnusable } from './unusable.ts';
import { type Weighed, weighModel } from './weigh-model.ts';

export interface ShelfEvent {
  readonly name: 'lora:read:failed' | 'model:check:failed' | 'model:open:ok' | 'model:open:failed' | 'model:close:ok';
  readonly model?: string;
  readonly file?: string;
  readonly tookMs?: number;
  readonly error?: unknown;
}

export type LoadModel = (found: FoundModel) => Promise<LoadedModel>;

export interface ShelfOptions {
  /** Bytes of weights that stay open at once; what is in use stays open whatever it weighs. */
  readonly keptBytes: number;
  readonly load: LoadModel;
  readonly report: (event: ShelfEvent) => void;
}

interface Place {
  readonly found: FoundModel;
  readonly weighed: Weighed;
  /** Why it cannot be used, as long as its files stay as they are. */
  problem: unknown;
  opened: Promise<LoadedModel> | undefined;
  users: number;
  usedAt: number;
}

/**
 * The models that this worker has: each is opened when a job wants it first, and those used longest ago are closed to make room.
 * One that is broken is reported by name and left out; the others stay.
 */
export class ModelShelf {
  readonly #options: ShelfOptions;
  #places: ReadonlyMap<string, Place> = new Map();
  /** Only one at a time makes room and opens. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #waiting = new Set<() => void>();
  #clock = 0;

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  /** Puts these models on the shelf, in the place of those that were there. Every tensor of a new or a changed one is looked at. */
  async stock(all: readonly FoundModel[]): Promise<void> {
    const places = await Promise.all(all.map((found) => this.#place(found)));
    const gone = [...this.#places.values()].filter((place) => !places.includes(place));
    this.#places = new Map(places.map((place) => [place.found.model.id, place]));
    for (const place of gone) if (place.users === 0) await this.#close(place);
  }

  /** Those that can be used. */
  offered(): readonly OfferedModel[] {
    return [...this.#places.values()].flatMap(({ found: { model, folders }, problem }) => (problem === undefined ? [{ ...model, hasRefiner: folders.refiner !== undefined }] : []));
  }

  /** Why a model cannot be used; `undefined` when it can, or is not here. */
  problemOf(modelId: string): unknown {
    return this.#places.get(modelId)?.problem;
  }

  /** The model of that id, opened when it is used; `undefined` when it is not here. */
  find(modelId: string): LoadedModel | undefined {
    const place = this.#places.get(modelId);
    if (!place) return undefined;
    return {
      model: place.found.model,
      hasRefiner: place.found.folders.refiner !== undefined,
      use: (run, signal) => this.#use(place, run, signal),
      close: () => this.#close(place),
    };
  }

  async close(): Promise<void> {
    await this.#turn.catch(() => undefined);
    await Promise.all([...this.#places.values()].map((place) => this.#close(place)));
  }

  async #use<T>(place: Place, run: (sdxl: Sdxl) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    place.users += 1;
    place.usedAt = this.#clock += 1;
    try {
      return await (await this.#opened(place, signal)).use(run);
    } finally {
      place.users -= 1;
      // It was taken off the shelf, or put there anew, in the meantime.
      if (place.users === 0 && this.#places.get(place.found.model.id) !== place) await this.#close(place);
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
    }
  }

  #opened(place: Place, signal: AbortSignal | undefined): Promise<LoadedModel> {
    if (place.opened) return place.opened;
    const opening = this.#turn.catch(() => undefined).then(async () => place.opened ?? this.#open(place, signal));
    this.#turn = opening;
    return opening;
  }

  async #open(place: Place, signal: AbortSignal | undefined): Promise<LoadedModel> {
    const { model } = place.found;
    if (place.problem !== undefined) throw place.problem;
    await this.#makeRoom(place, signal);
    const startedAt = performance.now();
    try {
      place.opened = this.#options.load(place.found);
      const loaded = await place.opened;
      this.#options.report({ name: 'model:open:ok', model: model.id, tookMs: Math.round(performance.now() - startedAt) });
      return loaded;
    } catch (error) {
      place.opened = undefined;
      if (isUnusable(error)) place.problem = error;
      this.#options.report({ name: 'model:open:failed', model: model.id, error });
      throw error;
    }
  }

  /** Closes what was used longest ago, and waits where all that is open is in use. */
  async #makeRoom(wanted: Place, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      const open = [...this.#places.values()].filter(({ opened }) => opened !== undefined);
      const bytes = open.reduce((sum, { weighed }) => sum + weighed.bytes, wanted.weighed.bytes);
      if (open.length === 0 || bytes <= this.#options.keptBytes) return;
      const [idle] = open.filter(({ users }) => users === 0).toSorted((a, b) => a.usedAt - b.usedAt);
      if (idle) await this.#close(idle);
      else await this.#someoneIsDone(signal);
    }
  }

  async #someoneIsDone(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve) => {
      this.#waiting.add(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
    signal?.throwIfAborted();
  }

  async #close(place: Place): Promise<void> {
    const { opened } = place;
    if (!opened) return;
    place.opened = undefined;
    await opened.then((loaded) => loaded.close()).catch(() => undefined);
    this.#options.report({ name: 'model:close:ok', model: place.found.model.id });
  }

  async #place(found: FoundModel): Promise<Place> {
    const weighed = await weighModel(found.folders);
    const before = this.#places.get(found.model.id);
    if (before && sameAs(before, { found, weighed })) return before;
    const problem = found.problem ?? (await problemOf(found));
    if (problem !== undefined) this.#options.report({ name: 'model:check:failed', model: found.model.id, error: problem });
    return { found, weighed, problem, opened: undefined, users: 0, usedAt: 0 };
  }
}

function sameAs(place: Place, { found, weighed }: Pick<Place, 'found' | 'weighed'>): boolean {
  return place.weighed.version === weighed.version && JSON.stringify([place.found.model, place.found.folders]) === JSON.stringify([found.model, found.folders]);
}
