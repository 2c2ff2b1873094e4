import { X509Certificate, createPrivateKey, randomUUID } from 'node:crypto';

/** A certificate to sign with, and its key. */
export interface SigningIdentity {
  /** PEM: the signer's certificate, then those that vouch for it, without the root. */
  readonly certificateChain: string;
  /** PEM, PKCS #8 or SEC 1: P-256, P-384, P-521 or Ed25519. */
  readonly privateKey: string;
}

/** The certificate or key cannot be used. The text says why, and holds nothing of the key. */
export class BadSigningIdentity extends Error {
  override readonly name = 'BadSigningIdentity';
}

/** Signs the file of a picture; what was signed before must not change afterwards. */
export type SignPicture = (file: Uint8Array, contentType: SignableType) => Promise<Uint8Array>;
export type SignableType = 'image/png' | 'image/jpeg';

/** COSE's names for what a key can do (RFC 9053). */
const ALGORITHMS: Readonly<Record<string, 'ES256' | 'ES384' | 'ES512'>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

/**
 * Prepares signing with C2PA manifests (https://spec.c2pa.org), which say that a trained model made the picture and with what.
 * The library is loaded here and not before: few operators have a certificate.
 * @throws {BadSigningIdentity}
 */
export async function openSigner(identity: SigningIdentity): Promise<SignPicture> {
  const key = readKey(identity.privateKey);
  const [own, ...others] = readChain(identity.certificateChain);
  if (!own) throw new BadSigningIdentity('the file of the C2PA certificate holds no certificate: it must be PEM, the signer’s own first');
  if (!own.checkPrivateKey(key)) throw new BadSigningIdentity('the C2PA key is not that of the first certificate in the file');

  const [{ JPEG, PNG }, { CoseAlgorithmIdentifier, LocalSigner }, manifests, x509] = await Promise.all([
    import('@trustnxt/c2pa-ts/asset'),
    import('@trustnxt/c2pa-ts/cose'),
    import('@trustnxt/c2pa-ts/manifest'),
    import('@peculiar/x509'),
  ]);
  const algorithm = key.asymmetricKeyType === 'ed25519' ? 'Ed25519' : ALGORITHMS[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (algorithm === undefined) throw new BadSigningIdentity('the C2PA key must be of the curve P-256, P-384, P-521 or Ed25519');
  const [certificate, ...chain] = [own, ...others].map((each) => new x509.X509Certificate(each.raw));
  if (!certificate) throw new BadSigningIdentity('the C2PA certificate cannot be read');
  const signer = new LocalSigner(key.export({ type: 'pkcs8', format: 'der' }), CoseAlgorithmIdentifier[algorithm], certificate, chain);

  return async (file, contentType) => {
    const asset = contentType === 'image/png' ? new PNG(file) : new JPEG(file);
    const store = new manifests.ManifestStore();
    const manifest = store.createManifest({ claimVersion: manifests.ClaimVersion.V2, assetFormat: contentType, instanceID: `xmp:iid:${randomUUID()}`, defaultHashAlgorithm: 'SHA-256', signer });
    if (manifest.claim) manifest.claim.claimGeneratorName = 'Refinery';
    const actions = new manifests.ActionAssertion();
    actions.label = manifests.AssertionLabels.actionsV2;
    actions.actions.push({ action: manifests.ActionType.C2paCreated, digitalSourceType: manifests.DigitalSourceType.TrainedAlgorithmicMedia, softwareAgent: { name: 'Refinery' } });
    manifest.addAssertion(actions);
    const binding = manifests.DataHashAssertion.create('SHA-256');
    manifest.addAssertion(binding);
    await asset.ensureManifestSpace(store.measureSize());
    await binding.updateWithAsset(asset);
    await manifest.sign(signer);
    await asset.writeManifestJUMBF(store.getBytes());
    return asset.getDataRange();
  };
}

function readKey(pem: string): ReturnType<typeof createPrivateKey> {
  try {
    return createPrivateKey(pem);
  } catch {
    // OpenSSL's own words may quote the key's header.
    throw new BadSigningIdentity('the file of the C2PA key cannot be read as a private key: it must be PEM, without a passphrase');
  }
}

function readChain(pem: string): readonly X509Certificate[] {
  try {
    return [...pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map(([one]) => new X509Certificate(one));
  } catch (cause) {
    throw new BadSigningIdentity('the file of the C2PA certificate cannot be read: it must be PEM', { cause });
  }
}
