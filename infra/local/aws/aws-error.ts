/** A refusal in a service's own words; each protocol writes it in its own shape. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** What else the error's body carries: cancellation reasons, the item that stood in the way. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}
