/** A model folder that cannot be run as it is: a file is missing, or a config asks for what this engine does not do. No retry can help. */
export class BadCheckpoint extends Error {
  override readonly name = 'BadCheckpoint';
  constructor(
    /** The folder or file at fault. */
    readonly path: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${path}: ${problem}`, options);
  }
}
