import type { Tasks } from '../../core/scaling/choose-capacity.ts';
import { PRICES } from './assumptions.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Times and risks of one simulation; seconds, but for interruptions and for the share of the time in which Spot has no machines. */
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
  readonly interruptionsPerHour: number;
  readonly spotShortage: number;
  readonly shortageSeconds: number;
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

/** The machines and the tasks on them, as ECS's two services and their capacity providers keep them. */
export class Fleet {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #hooks: FleetHooks;
  #machines: Machine[] = [];
  #desired: Tasks = { spot: 0, onDemand: 0 };
  /** Spot has machines, or none, until then. */
  #spotTurn = { isShort: false, until: 0 };
  readonly #paid = { spot: 0, onDemand: 0 };
  #interruptions = 0;
  #launches = 0;

  constructor(world: World, random: SeededRandom, hooks: FleetHooks) {
    this.#world = world;
    this.#random = random;
    this.#hooks = hooks;
  }

  get desired(): Tasks {
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

  setDesired(tasks: Tasks): void {
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
    this.#reconcileService(true, this.#desired.spot);
    this.#reconcileService(false, this.#desired.onDemand);
  }

  #reconcileService(onSpot: boolean, desired: number): void {
    const withTask = this.#machines.filter((machine) => machine.onSpot === onSpot && !machine.unwanted && !['empty', 'noticed'].includes(machine.state));
    for (let lacking = desired - withTask.length; lacking > 0; lacking -= 1) this.#addTask(onSpot);
    const order: readonly Machine['state'][] = ['requested', 'booting', 'starting', 'idle'];
    const spare = order.flatMap((state) => withTask.filter((machine) => machine.state === state));
    for (const machine of spare.slice(0, Math.max(0, withTask.length - desired))) this.#dropTask(machine);
  }

  #addTask(onSpot: boolean): void {
    const unwanted = this.#machines.find((machine) => machine.onSpot === onSpot && machine.unwanted);
    if (unwanted) {
      unwanted.unwanted = false;
      return;
    }
    const empty = this.#machines.find((machine) => machine.onSpot === onSpot && machine.state === 'empty');
    if (empty) this.#start(empty, this.#world.warmStartSeconds);
    else this.#request(onSpot);
  }

  #dropTask(machine: Machine): void {
    if (machine.state === 'requested') this.#leave(machine);
    else if (machine.state === 'booting') machine.unwanted = true;
    else this.#empty(machine);
  }

  #request(onSpot: boolean): void {
    const machine: Machine = { state: 'requested', onSpot, unwanted: false, launchedAt: 0, turn: 0 };
    this.#machines.push(machine);
    this.#later(machine, this.#world.requestSeconds, () => this.#launch(machine));
  }

  /** Where Spot has no machine, ECS asks again when there may be one. */
  #launch(machine: Machine): void {
    const { bootSeconds, bootSpread } = this.#world;
    const shortFor = machine.onSpot ? this.#spotShortFor() : 0;
    if (shortFor > 0) {
      if (shortFor < Infinity) this.#later(machine, shortFor, () => this.#launch(machine));
      return;
    }
    this.#become(machine, 'booting');
    machine.launchedAt = this.#hooks.now();
    this.#launches += 1;
    this.#scheduleInterruption(machine);
    this.#later(machine, bootSeconds * Math.exp(bootSpread * this.#random.normal()), () => {
      if (machine.unwanted) this.#empty(machine);
      else this.#ready(machine);
    });
  }

  /** Seconds until Spot has machines again: times with and without take turns, as long as chance has it. */
  #spotShortFor(): number {
    const { spotShortage, shortageSeconds } = this.#world;
    if (spotShortage === 0 || spotShortage === 1) return spotShortage === 1 ? Infinity : 0;
    const now = this.#hooks.now();
    while (this.#spotTurn.until <= now) {
      const isShort = this.#spotTurn.until === 0 ? this.#random.uniform() < spotShortage : !this.#spotTurn.isShort;
      const mean = isShort ? shortageSeconds : (shortageSeconds * (1 - spotShortage)) / spotShortage;
      this.#spotTurn = { isShort, until: this.#spotTurn.until + this.#random.exponential(mean) };
    }
    return this.#spotTurn.isShort ? this.#spotTurn.until - now : 0;
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
      machine.unwanted = false;
      this.#become(machine, 'noticed');
      this.#later(machine, noticeSeconds, () => this.#leave(machine));
      this.#hooks.onNotice(machine);
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
