import { PRICES } from './assumptions.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Times and risks of one simulation; seconds, but for the two of Spot. */
export interface World {
  readonly secondsPerCredit: number;
  readonly jobSpread: number;
  readonly requestSeconds: number;
  readonly bootSeconds: number;
  readonly bootSpread: number;
  readonly warmStartSeconds: number;
  readonly lingerSeconds: number;
  readonly lookSeconds: number;
  readonly noticeSeconds: number;
  readonly handBackSeconds: number;
  readonly resumeSeconds: number;
  readonly fallbackSeconds: number;
  readonly interruptionsPerHour: number;
  readonly spotShortage: number;
}

/** A machine with a GPU. `requested` and `booting` ones have a task in mind; `empty` ones have none. */
export interface Machine {
  state: 'requested' | 'booting' | 'starting' | 'idle' | 'busy' | 'empty' | 'noticed' | 'gone';
  readonly onSpot: boolean;
  /** Nobody wants its task any more: it becomes empty when it has booted. */
  unwanted: boolean;
  launchedAt: number;
  /** Grows with every change, so that a timer that was set before knows that it is stale. */
  turn: number;
}

export interface FleetHooks {
  readonly after: (seconds: number, act: () => void) => void;
  readonly now: () => number;
  /** A worker is ready for a job. */
  readonly onIdle: (machine: Machine) => void;
  /** Spot takes a machine back; its job, if it has one, must be given back. */
  readonly onNotice: (machine: Machine) => void;
}

/** The machines and the tasks on them, as ECS's service and its capacity provider keep them. */
export class Fleet {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #hooks: FleetHooks;
  #machines: Machine[] = [];
  #desired = 0;
  readonly #paid = { spot: 0, onDemand: 0 };
  #interruptions = 0;
  #launches = 0;

  constructor(world: World, random: SeededRandom, hooks: FleetHooks) {
    this.#world = world;
    this.#random = random;
    this.#hooks = hooks;
  }

  get desired(): number {
    return this.#desired;
  }
  get interruptions(): number {
    return this.#interruptions;
  }
  get launches(): number {
    return this.#launches;
  }
  /** Machines that are paid for now. */
  get machines(): readonly Machine[] {
    return this.#machines.filter(({ state }) => state !== 'requested');
  }
  get running(): readonly Machine[] {
    return this.#machines.filter(({ state }) => state === 'idle' || state === 'busy');
  }
  get isGone(): boolean {
    return this.#machines.length === 0;
  }

  /** Hours paid for, and what they cost in USD. */
  bill(): { readonly hours: number; readonly spotHours: number; readonly usd: number } {
    const { spot, onDemand } = this.#paid;
    const hours = (spot + onDemand) / 3600;
    const usd = (spot * PRICES.spotPerHour + onDemand * PRICES.onDemandPerHour) / 3600 + hours * (PRICES.diskPerHour + PRICES.addressPerHour);
    return { hours, spotHours: spot / 3600, usd };
  }

  setDesired(tasks: number): void {
    this.#desired = tasks;
    this.#reconcile();
  }

  /** A worker has no job any more. */
  finished(machine: Machine): void {
    if (machine.state !== 'busy') return;
    machine.state = 'idle';
    this.#reconcile();
    if (this.#is(machine, 'idle')) this.#hooks.onIdle(machine);
  }

  /** Tasks beyond or below the desired number; one that paints is protected. */
  #reconcile(): void {
    const withTask = this.#machines.filter((machine) => !machine.unwanted && !['empty', 'noticed'].includes(machine.state));
    for (let lacking = this.#desired - withTask.length; lacking > 0; lacking -= 1) this.#addTask();
    const order: readonly Machine['state'][] = ['requested', 'booting', 'starting', 'idle'];
    const spare = order.flatMap((state) => withTask.filter((machine) => machine.state === state));
    for (const machine of spare.slice(0, Math.max(0, withTask.length - this.#desired))) this.#dropTask(machine);
  }

  #addTask(): void {
    const unwanted = this.#machines.find((machine) => machine.unwanted);
    if (unwanted) {
      unwanted.unwanted = false;
      return;
    }
    const empty = this.#machines.find(({ state }) => state === 'empty');
    if (empty) this.#start(empty, this.#world.warmStartSeconds);
    else this.#request();
  }

  #dropTask(machine: Machine): void {
    if (machine.state === 'requested') this.#leave(machine);
    else if (machine.state === 'booting') machine.unwanted = true;
    else this.#empty(machine);
  }

  #request(): void {
    const { requestSeconds, fallbackSeconds, spotShortage, bootSeconds, bootSpread } = this.#world;
    const onSpot = this.#random.uniform() >= spotShortage;
    const machine: Machine = { state: 'requested', onSpot, unwanted: false, launchedAt: 0, turn: 0 };
    this.#machines.push(machine);
    this.#later(machine, requestSeconds + (onSpot ? 0 : fallbackSeconds), () => {
      this.#become(machine, 'booting');
      machine.launchedAt = this.#hooks.now();
      this.#launches += 1;
      this.#scheduleInterruption(machine);
      this.#later(machine, bootSeconds * Math.exp(bootSpread * this.#random.normal()), () => {
        if (machine.unwanted) this.#empty(machine);
        else this.#ready(machine);
      });
    });
  }

  #start(machine: Machine, seconds: number): void {
    this.#become(machine, 'starting');
    this.#later(machine, seconds, () => this.#ready(machine));
  }

  #ready(machine: Machine): void {
    this.#become(machine, 'idle');
    this.#hooks.onIdle(machine);
  }

  #empty(machine: Machine): void {
    machine.unwanted = false;
    this.#become(machine, 'empty');
    this.#later(machine, this.#world.lingerSeconds, () => this.#leave(machine));
  }

  #scheduleInterruption(machine: Machine): void {
    const { interruptionsPerHour, noticeSeconds } = this.#world;
    if (!machine.onSpot || interruptionsPerHour === 0) return;
    this.#hooks.after(this.#random.exponential(3600 / interruptionsPerHour), () => {
      if (machine.state === 'gone') return;
      this.#interruptions += 1;
      this.#hooks.onNotice(machine);
      machine.unwanted = false;
      this.#become(machine, 'noticed');
      this.#later(machine, noticeSeconds, () => this.#leave(machine));
      this.#reconcile();
    });
  }

  #leave(machine: Machine): void {
    if (machine.launchedAt > 0) this.#paid[machine.onSpot ? 'spot' : 'onDemand'] += this.#hooks.now() - machine.launchedAt;
    this.#become(machine, 'gone');
    this.#machines = this.#machines.filter((each) => each !== machine);
  }

  #become(machine: Machine, state: Machine['state']): void {
    machine.state = state;
    machine.turn += 1;
  }

  /** After the seconds, unless something else happened to the machine. */
  #later(machine: Machine, seconds: number, act: () => void): void {
    const { turn } = machine;
    this.#hooks.after(seconds, () => {
      if (machine.turn === turn) act();
    });
  }

  #is(machine: Machine, state: Machine['state']): boolean {
    return machine.state === state;
  }
}
