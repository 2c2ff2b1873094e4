import { TRAINED_ALGORITHMIC_MEDIA } from './digital-source-type.ts';

/** Of the text chunk that holds it in a PNG. */
export const XMP_KEYWORD = 'XML:com.adobe.xmp';

/** Our own properties; a name, not an address. */
const NAMESPACE = 'https://refinery.invalid/ns/1/';
/** Longer packets are nobody's we know. */
const MOST_CHARACTERS = 100_000;

/** What an XMP packet says that is of use here. */
export interface XmpFacts {
  readonly digitalSourceType?: string;
  readonly creatorTool?: string;
  /** JSON, unparsed. */
  readonly recipe?: string;
}

/**
 * An XMP packet for PNG, JPEG and WebP alike: made by a trained model, by Refinery, from this recipe
 * (https://www.iptc.org/std/photometadata/documentation/userguide/#_guidance_for_using_digital_source_type).
 */
export function writeXmp(recipeJson: string): string {
  return `<?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:refinery="${NAMESPACE}">
   <xmp:CreatorTool>Refinery</xmp:CreatorTool>
   <Iptc4xmpExt:DigitalSourceType>${TRAINED_ALGORITHMIC_MEDIA}</Iptc4xmpExt:DigitalSourceType>
   <refinery:recipe>${escapeXml(recipeJson)}</refinery:recipe>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>`;
}

/**
 * Finds the packet in a file of any format, as XMP's own specification tells readers of unknown formats to: by looking for it. Properties may
 * be elements or attributes. A file that someone else wrote may say anything: texts are taken as they are.
 */
export function readXmp(file: Uint8Array): XmpFacts {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const start = bytes.indexOf('<x:xmpmeta');
  const end = start < 0 ? -1 : bytes.indexOf('</x:xmpmeta>', start);
  if (end < 0 || end - start > MOST_CHARACTERS) return {};
  const packet = bytes.toString('utf8', start, end);
  const digitalSourceType = property(packet, 'Iptc4xmpExt:DigitalSourceType');
  const creatorTool = property(packet, 'xmp:CreatorTool');
  const recipe = property(packet, 'refinery:recipe');
  return { ...(digitalSourceType && { digitalSourceType }), ...(creatorTool && { creatorTool }), ...(recipe && { recipe }) };
}

function property(packet: string, name: string): string | undefined {
  const element = between(packet, `<${name}>`, `</${name}>`);
  const attribute = element ?? between(packet, `${name}="`, '"');
  return attribute === undefined ? undefined : unescapeXml(attribute.trim());
}

function between(text: string, before: string, after: string): string | undefined {
  const start = text.indexOf(before);
  const end = text.indexOf(after, start + before.length);
  return start < 0 || end < 0 ? undefined : text.slice(start + before.length, end);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
/** XML 1.0 has no way to write these. */
// eslint-disable-next-line no-control-regex
const IMPOSSIBLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

function escapeXml(text: string): string {
  return text.replaceAll(IMPOSSIBLE, ' ').replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function unescapeXml(text: string): string {
  return Object.entries(ENTITIES).toReversed().reduce((unescaped, [character, entity]) => unescaped.replaceAll(entity, character), text);
}
