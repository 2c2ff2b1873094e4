import { s3Error } from './s3-error.ts';

/** An element: its children by what they are, its text when it has none. Attributes and comments are left out. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** What an XML answer is built from: text, or elements by name (a list repeats its element; undefined leaves it out). */
export type XmlContent = string | number | boolean | { readonly [name: string]: XmlContent | readonly XmlContent[] | undefined };

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const TOKEN = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([\w:.-]+)([^<>]*?)(\/?)>|([^<]+)/y;

/** Writes a document. */
export function writeXml(root: string, content: XmlContent): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, content, ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"')}`;
}

/** Reads a document's root element. Throws MalformedXML. */
export function parseXml(text: string): XmlElement {
  const open: { name: string; children: XmlElement[]; text: string }[] = [{ name: '', children: [], text: '' }];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    const parent = open.at(-1);
    if (match === null || parent === undefined) throw malformed();
    const [, cdata, closing, name, , selfClosing, plain] = match;
    parent.text += cdata ?? decodeEntities(plain ?? '');
    if (name === undefined) continue;
    const local = name.slice(name.indexOf(':') + 1);
    if (closing === '/') {
      const done = open.pop();
      const outer = open.at(-1);
      if (done?.name !== local || outer === undefined) throw malformed();
      outer.children.push(done);
    } else if (selfClosing === '/') {
      parent.children.push({ name: local, children: [], text: '' });
    } else {
      open.push({ name: local, children: [], text: '' });
    }
  }
  const [root, ...others] = open[0]?.children ?? [];
  if (root === undefined || others.length > 0 || open.length > 1) throw malformed();
  return root;
}

export function childrenNamed(parent: XmlElement, name: string): readonly XmlElement[] {
  return parent.children.filter((child) => child.name === name);
}

/** The text of the first child of that name. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return childrenNamed(parent, name)[0]?.text;
}

function element(name: string, content: XmlContent | readonly XmlContent[] | undefined, attributes = ''): string {
  if (content === undefined) return '';
  if (isList(content)) return content.map((one) => element(name, one, attributes)).join('');
  const inner =
    typeof content === 'object'
      ? Object.entries(content)
          .map(([child, value]) => element(child, value))
          .join('')
      : escapeXml(String(content));
  return `<${name}${attributes}>${inner}</${name}>`;
}

function isList(content: XmlContent | readonly XmlContent[]): content is readonly XmlContent[] {
  return Array.isArray(content);
}

function escapeXml(text: string): string {
  // Line feeds and returns would be lost to normalisation as they are, and keys may hold them.
  return text.replaceAll(/[&<>"\r\n]/g, (c) => `&#${c.charCodeAt(0)};`);
}

function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));/g, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal));
  });
}

function malformed(): Error {
  return s3Error('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema.');
}
