/** Why a job in hand is told to stop: the reason of its abort signal. `LeaseLost` (core/ledger) is the third. */

/** The worker is going away: stop at the next step, the message is given back at once. */
export class Draining extends Error {
  override readonly name = 'Draining';
  constructor() {
    super('the worker is draining: the job goes back to the queue');
  }
}

/** Somebody asks to wait for longer than a slot should be held. What is painted is kept: the message is given back for so long. */
export class PutOff extends Error {
  override readonly name = 'PutOff';
  constructor(
    readonly seconds: number,
    options?: ErrorOptions,
  ) {
    super(`the job waits for ${seconds} s on the queue`, options);
  }
}

/** The person, or an operator, cancelled the job: its row says so. Delete the message. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  constructor() {
    super('the job was cancelled');
  }
}
