import { readFile } from 'node:fs/promises';
import { BadSigningIdentity, type SigningIdentity } from './sign-picture.ts';

/**
 * The certificate and key that an operator set, as the path of a PEM file or as its text; `undefined` when neither is set.
 * @throws {BadSigningIdentity} when only one is set, or a file cannot be read
 */
export async function readIdentity(certificate: string | undefined, key: string | undefined): Promise<SigningIdentity | undefined> {
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) throw new BadSigningIdentity('C2PA_CERTIFICATE and C2PA_KEY belong together: set both, or neither');
  return { certificateChain: await pem('C2PA_CERTIFICATE', certificate), privateKey: await pem('C2PA_KEY', key) };
}

async function pem(name: string, setting: string): Promise<string> {
  if (setting.includes('-----BEGIN')) return setting;
  try {
    return await readFile(setting, 'utf8');
  } catch {
    // The path may be a key that was pasted without its first line.
    throw new BadSigningIdentity(`${name} is neither PEM nor a file that can be read`);
  }
}
