/** A LoRA file that cannot be applied to this model: another family's, another method's, or incomplete. No retry can help. */
export class BadLora extends Error {
  override readonly name = 'BadLora';
  constructor(
    readonly file: string,
    /** The first tensor that does not fit. */
    readonly tensor: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: tensor "${tensor}" ${problem}`, options);
  }
}
