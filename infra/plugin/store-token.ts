import { randomBytes } from 'node:crypto';
import type { Account } from './account.ts';
import type { Application } from './application.ts';
import type { ParameterNames } from './parameter-names.ts';

/**
 * Puts what the stack needs to know of Discord into SSM: the token, the public key that Discord gives for it, and a key for
 * buttons, made once, with which they outlive resets of the token.
 * @returns the application's name
 * @throws {Unready} when Discord refuses the token; nothing is stored then
 */
export async function storeToken(token: string, names: ParameterNames, account: Pick<Account, 'parameter' | 'putParameter'>, application: Pick<Application, 'view'>): Promise<string> {
  const { name, verify_key: publicKey } = await application.view();
  await account.putParameter(names.token, token, 'SecureString');
  await account.putParameter(names.publicKey, publicKey, 'String');
  if ((await account.parameter(names.customIdKey)) === undefined) await account.putParameter(names.customIdKey, randomBytes(32).toString('hex'), 'SecureString');
  return name;
}
