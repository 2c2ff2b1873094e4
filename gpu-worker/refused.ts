import type { FailureReason } from '../bot/cards/failure-card.ts';

/** No retry can help: the job ends uncharged, the person is told why, the message is deleted. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly reason: FailureReason, options?: ErrorOptions) {
    super(`job refused: ${reason}`, options);
  }
}
