/** A local user's request that cannot be carried out, in a sentence for them. */
import type { LocalError } from '../page-protocol.ts';

export type LocalErrorCode = LocalError['error']['code'];

const STATUS: Readonly<Record<LocalErrorCode, 400 | 403 | 404 | 413>> = {
  'unknown-user': 404,
  'unknown-channel': 404,
  'unknown-message': 404,
  'unknown-command': 404,
  'unknown-component': 404,
  'unknown-interaction': 404,
  'unknown-option': 400,
  'missing-option': 400,
  'invalid-option': 400,
  malformed: 400,
  'not-allowed': 403,
  'too-large': 413,
};

export class LocalRefusal extends Error {
  override readonly name = 'LocalRefusal';

  constructor(
    readonly code: LocalErrorCode,
    message: string,
    /** The option or field that is wrong. */
    readonly field?: string,
  ) {
    super(message);
  }

  get status(): 400 | 403 | 404 | 413 {
    return STATUS[this.code];
  }

  toBody(): LocalError {
    return { error: { code: this.code, message: this.message, ...(this.field !== undefined && { field: this.field }) } };
  }
}
