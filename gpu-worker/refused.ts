import type { FailureReason } from '../bot/cards/failure-card.ts';

/** No retry can help: the job ends uncharged, the person is told why, the message is deleted. */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** What more the person is told: a name, and what is wrong with it. */
  readonly detail: string | undefined;
  constructor(readonly reason: FailureReason, { detail, ...options }: ErrorOptions & { readonly detail?: string } = {}) {
    super(`job refused: ${reason}`, options);
    this.detail = detail;
  }
}
