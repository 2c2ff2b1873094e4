/** The request cannot be painted as it is: no retry helps, and the message says what to change. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
}
