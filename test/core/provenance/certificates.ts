import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SigningIdentity } from '../../../core/provenance/c2pa/sign-picture.ts';

/** A certificate as C2PA wants one (for signing, by its extended key usage), from a certificate authority made for the moment; by openssl. */
export function makeIdentity(): SigningIdentity {
  const folder = mkdtempSync(join(tmpdir(), 'c2pa-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30', '-subj', '/O=Test/CN=Test root', '-addext', 'keyUsage=critical,keyCertSign');
    openssl('req', ...key, '-keyout', 'own.key', '-out', 'own.csr', '-subj', '/O=Test studio/CN=Refinery of the test studio');
    writeFileSync(join(folder, 'ext'), 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,emailProtection\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n');
    openssl('x509', '-req', '-in', 'own.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'own.pem', '-days', '29', '-extfile', 'ext');
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    return { certificateChain: read('own.pem'), privateKey: read('own.key') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
