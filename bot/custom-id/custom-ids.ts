/**
 * What buttons, menus and modals carry: `1.refine.<argument>….<signature>`, at most 100 characters.
 *
 * Nothing about a button is kept anywhere else, so it outlives restarts and redeploys; the signature keeps anybody from
 * writing one of their own. A custom id is a name, not a right: handlers still check who pressed.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** Raise it when arguments change their meaning: buttons of before are then told apart. */
const VERSION = '1';
/** https://discord.com/developers/docs/components/reference#anatomy-of-a-component-custom-id */
export const MAX_CUSTOM_ID_LENGTH = 100;
/** 96 bits: enough against guessing through Discord, and short enough to leave 80 characters for the rest. */
const SIGNATURE_BYTES = 12;

const ACTION = /^[a-z][a-z-]{0,19}$/;
const ARGUMENT = /^[A-Za-z0-9_-]+$/;

/** What a custom id turned out to be. */
export type ReadCustomId =
  | { readonly kind: 'ours'; readonly action: string; readonly args: readonly string[] }
  /** Of a version that we do not write any more, or do not write yet. */
  | { readonly kind: 'other-version' }
  /** Not signed with any of our keys: forged, or of before the key changed. */
  | { readonly kind: 'not-signed' };

export interface CustomIds {
  /** @throws {RangeError} for an action or argument that does not fit; both are of our own making */
  write(action: string, ...args: readonly string[]): string;
  read(customId: string): ReadCustomId;
}

/** @param keys the first signs, all are accepted: so that a key can be changed while buttons of before still work */
export function createCustomIds(keys: readonly [string, ...string[]]): CustomIds {
  const derived = keys.map(deriveKey);
  const [signing = deriveKey(keys[0])] = derived;
  return {
    write(action, ...args) {
      if (!ACTION.test(action)) throw new RangeError(`${action} is no action of a custom id: use up to 20 small letters and hyphens`);
      for (const arg of args) if (!ARGUMENT.test(arg)) throw new RangeError(`an argument of ${action} has other characters than letters, digits, _ and -`);
      const text = [VERSION, action, ...args].join('.');
      const customId = `${text}.${sign(signing, text)}`;
      if (customId.length > MAX_CUSTOM_ID_LENGTH) throw new RangeError(`the custom id of ${action} would have ${customId.length} characters: at most ${MAX_CUSTOM_ID_LENGTH} fit`);
      return customId;
    },
    read(customId) {
      const end = customId.lastIndexOf('.');
      const text = customId.slice(0, Math.max(0, end));
      const [version, action = '', ...args] = text.split('.');
      if (version !== VERSION) return /^\d+$/.test(version ?? '') ? { kind: 'other-version' } : { kind: 'not-signed' };
      if (!derived.some((key) => isSignature(key, text, customId.slice(end + 1)))) return { kind: 'not-signed' };
      return { kind: 'ours', action, args };
    },
  };
}

/** HMAC (RFC 2104) with SHA-256, cut short as RFC 2104 allows. */
function sign(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest().subarray(0, SIGNATURE_BYTES).toString('base64url');
}

function isSignature(key: Uint8Array, text: string, signature: string): boolean {
  const expected = Buffer.from(sign(key, text));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** HKDF (RFC 5869): a key of its own for this one use, so that a bot token is never used as two keys. */
function deriveKey(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'refinery custom ids', 32));
}
