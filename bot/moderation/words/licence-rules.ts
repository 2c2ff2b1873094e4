/**
 * What no server can allow: sexual pictures of children, which every model's licence and Discord itself forbid. Nothing else
 * stands here; what else is not wanted, each server says for itself.
 */

/** Words that mean just that. */
export const NEVER: readonly string[] = [
  'child porn', 'child pornography', 'childporn', 'kiddie porn', 'kiddy porn', 'csam', 'loli', 'lolis', 'lolicon', 'shotacon', 'toddlercon', 'jailbait', 'pedo', 'pedophilia', 'paedophilia', 'pedophile', 'paedophile',
];

/** Words that are harmless alone: one of each list in a prompt is refused. They stand as they are written, plurals too. */
export const NEVER_TOGETHER: readonly [children: readonly string[], sexual: readonly string[]] = [
  [
    'child', 'children', 'kid', 'kids', 'toddler', 'toddlers', 'infant', 'infants', 'preteen', 'preteens', 'pre teen', 'underage', 'under age', 'minor', 'minors', 'teen', 'teens', 'teenage', 'teenager', 'teenagers',
    'schoolgirl', 'schoolgirls', 'schoolboy', 'schoolboys', 'little girl', 'little girls', 'little boy', 'little boys', 'young girl', 'young girls', 'young boy', 'young boys', 'prepubescent', 'kindergartner', 'shota', 'shotas',
  ],
  [
    'nude', 'nudes', 'nudity', 'naked', 'nsfw', 'porn', 'porno', 'pornographic', 'pornography', 'sex', 'sexual', 'sexualized', 'sexualised', 'sexy', 'erotic', 'erotica', 'hentai', 'topless', 'bottomless', 'undressed',
    'unclothed', 'genitals', 'genitalia', 'penis', 'vagina', 'nipples', 'orgasm', 'masturbating', 'masturbation', 'fetish', 'blowjob', 'lingerie', 'xxx', 'seductive', 'rape',
  ],
];
