/** A weights file that cannot be read as safetensors, or lacks what the network needs. No retry can help: get the file again. */
export class BadWeights extends Error {
  override readonly name = 'BadWeights';
  constructor(
    readonly file: string,
    /** The tensor at fault, when it is a single one. */
    readonly tensor: string | undefined,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${tensor === undefined ? '' : `tensor "${tensor}" `}${problem}`, options);
  }
}
