/** Why a job in hand is told to stop: the reason of its abort signal. `LeaseLost` (core/ledger) is the third. */

/** The worker is going away: stop at the next step, the message is given back at once. */
export class Draining extends Error {
  override readonly name = 'Draining';
  constructor() {
    super('the worker is draining: the job goes back to the queue');
  }
}

/** The person, or an operator, cancelled the job: its row says so. Delete the message. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  constructor() {
    super('the job was cancelled');
  }
}
