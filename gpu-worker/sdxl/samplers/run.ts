import { Memory } from './memory.ts';
import type { Rule } from './rule.ts';
import type { Sampler, SamplerState, Stepped } from './sampler.ts';

const LAST_CALL = 'lastCall';

/** One run of a rule: holds its memory, and sees that calls come in order, each with the noise it wants. */
export class Run implements Sampler {
  readonly timesteps;
  readonly sigmas;
  readonly steps;
  readonly order;
  readonly initNoiseSigma;
  readonly trainTimesteps;
  readonly #rule: Rule;
  #memory = new Memory();

  constructor(rule: Rule) {
    this.#rule = rule;
    this.timesteps = rule.timesteps;
    this.sigmas = rule.sigmas;
    this.steps = rule.steps;
    this.order = rule.order;
    this.initNoiseSigma = rule.initNoiseSigma;
    this.trainTimesteps = rule.trainTimesteps;
  }

  scaleModelInput(x: Float32Array, call: number): Float32Array {
    this.#mustExist(call);
    return this.#rule.scaleModelInput(x, call);
  }

  noiseDraws(call: number): 0 | 1 {
    this.#mustExist(call);
    return this.#rule.noiseDraws(call);
  }

  step(modelOutput: Float32Array, call: number, x: Float32Array, noise?: Float32Array): Stepped {
    this.#mustBeNext(call);
    if ((noise === undefined) !== (this.#rule.noiseDraws(call) === 0)) {
      throw new RangeError(`call ${call} wants ${this.#rule.noiseDraws(call)} draws of noise: ask noiseDraws first`);
    }
    mustFit(x, { modelOutput, noise });
    const stepped = this.#rule.step({ call, x, modelOutput, noise }, this.#memory);
    this.#memory.setNumber(LAST_CALL, call);
    return stepped;
  }

  addNoise(x0: Float32Array, noise: Float32Array, call: number): Float32Array {
    this.#mustExist(call);
    mustFit(x0, { noise });
    return this.#rule.addNoise(x0, noise, call);
  }

  snapshot(): SamplerState {
    return this.#memory.snapshot();
  }

  restore(state: SamplerState): void {
    this.#memory = new Memory(state);
  }

  #mustExist(call: number): void {
    if (Number.isInteger(call) && call >= 0 && call < this.timesteps.length) return;
    throw new RangeError(`there is no call ${call}: this schedule has calls 0 to ${this.timesteps.length - 1}`);
  }

  #mustBeNext(call: number): void {
    this.#mustExist(call);
    const last = this.#memory.number(LAST_CALL);
    if (last === undefined && call % this.order !== 0) {
      throw new RangeError(`call ${call} is the second half of a step: begin at call ${call - 1}`);
    }
    if (last !== undefined && call !== last + 1) {
      throw new RangeError(`call ${call} cannot follow call ${last}: make a new sampler for a new run`);
    }
  }
}

function mustFit(x: Float32Array, others: Readonly<Record<string, Float32Array | undefined>>): void {
  for (const [name, values] of Object.entries(others)) {
    if (values === undefined || values.length === x.length) continue;
    throw new RangeError(`${name} has ${values.length} values where the latents have ${x.length}`);
  }
}
