/** The child process that runs the networks is gone. Trying again helps, with the model opened anew. */
export class ModelHostDied extends Error {
  override readonly name = 'ModelHostDied';
  constructor(
    readonly exitCode: number | null,
    readonly signal: NodeJS.Signals | null,
    options?: ErrorOptions,
  ) {
    super(`the process that runs the networks died (${signal ?? `exit code ${exitCode ?? 'unknown'}`}). ${advice(signal)}`, options);
  }
}

function advice(signal: NodeJS.Signals | null): string {
  if (signal === 'SIGKILL') return 'SIGKILL usually means that memory ran out: open the model again, and paint smaller or give the machine more memory.';
  return 'Open the model again and repeat the run; if it dies again, its stderr says why.';
}
