/**
 * Characters that pass for others in a disguised word. It is a list of our own, of what is seen in practice and not of all that
 * Unicode knows (https://www.unicode.org/reports/tr39/#Confusable_Detection); what compatibility decomposition folds by itself
 * (full-width, mathematical, circled letters, ligatures) does not stand here.
 */

/** Letters that look like the Latin ones before them, in lower case, without marks. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'аαɑᴀɐ', b: 'ьвβʙƀ', c: 'сςᴄƈ', d: 'ԁɗđᴅð', e: 'еεєҽᴇɛə', f: 'ғƒꜰ', g: 'ɡԍɢ', h: 'һнհʜħ', i: 'іιıɩɪӏ', j: 'јϳᴊ', k: 'кκᴋƙ', l: 'ⅼʟłɭ', m: 'мᴍ',
  n: 'ηոɴпŋ', o: 'оοσօᴏøө', p: 'рρᴘþ', q: 'ԛգ', r: 'гʀɍ', s: 'ѕꜱʂ', t: 'тτᴛŧ', u: 'υսᴜʊ', v: 'νѵᴠ', w: 'ωԝшᴡ', x: 'хχ', y: 'уγүʏ', z: 'ᴢƶ',
};

/** What digits and signs stand for in leetspeak; one may stand for several letters. Unlike a lookalike, each is also itself. */
const LEET: Readonly<Record<string, string>> = {
  '0': 'o', '1': 'il', '2': 'z', '3': 'e', '4': 'a', '5': 's', '6': 'g', '7': 't', '8': 'b', '9': 'g',
  '@': 'a', $: 's', '!': 'il', '|': 'il', '+': 't', '€': 'e', '£': 'l', '¢': 'c', '×': 'x',
};

const LATIN: ReadonlyMap<string, string> = new Map(Object.entries(LOOKALIKES).flatMap(([latin, alike]) => [...alike].map((each) => [each, latin] as const)));

/** Letters on coloured squares and discs, and flags' halves: 26 in a row from each. */
const EMOJI_LETTERS = [0x1f150, 0x1f170, 0x1f1e6];

/** The Latin letter that a character passes for; the character itself when it passes for none. */
export function latinOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const start = EMOJI_LETTERS.find((first) => code >= first && code < first + 26);
  return start === undefined ? (LATIN.get(character) ?? character) : String.fromCodePoint(0x61 + code - start);
}

/** Whether a character of canonical text can be read as this letter. */
export function readsAs(character: string, letter: string): boolean {
  return character === letter || (Object.hasOwn(LEET, character) && (LEET[character] ?? '').includes(letter));
}

/** For the tests: each way in which a letter can be disguised. */
export function disguisesOf(letter: string): readonly string[] {
  return [...(LOOKALIKES[letter] ?? ''), ...Object.keys(LEET).filter((sign) => readsAs(sign, letter))];
}
