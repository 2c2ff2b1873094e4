import type { C2paFinding } from '../findings.ts';

/** Reads and checks the C2PA manifest of a PNG or JPEG. Never throws: whatever does not hold is a finding. */
export async function readManifest(file: Uint8Array): Promise<C2paFinding> {
  const [{ JPEG, PNG }, { SuperBox }, { ManifestStore, ActionAssertion }] = await Promise.all([
    import('@trustnxt/c2pa-ts/asset'),
    import('@trustnxt/c2pa-ts/jumbf'),
    import('@trustnxt/c2pa-ts/manifest'),
  ]);
  try {
    const asset = PNG.canRead(file) ? new PNG(file) : JPEG.canRead(file) ? new JPEG(file) : undefined;
    const jumbf = asset?.getManifestJUMBF();
    if (!asset || !jumbf) return { kind: 'none' };
    const store = ManifestStore.read(SuperBox.fromBuffer(Uint8Array.from(jumbf)));
    const result = await store.validate(asset);
    const active = store.getActiveManifest();
    const certificate = active?.signature?.signatureData.certificate;
    const actions = active?.assertions?.assertions.filter((assertion) => assertion instanceof ActionAssertion).flatMap((assertion) => assertion.actions) ?? [];
    const digitalSourceType = actions.find((action) => action.digitalSourceType)?.digitalSourceType;
    const about = {
      ...(active?.claim && { generator: active.claim.claimGeneratorName }),
      ...(certificate && { signer: certificate.subject, issuer: certificate.issuer }),
      ...(digitalSourceType && { digitalSourceType: String(digitalSourceType) }),
    };
    if (result.isValid) return { kind: 'valid', ...about };
    return { kind: 'invalid', why: result.statusEntries.filter(({ success }) => success === false).map(({ code }) => String(code)), ...about };
  } catch {
    return { kind: 'invalid', why: ['it cannot be read'] };
  }
}
