/** The licences that models come under, and whether whoever paints with one must have accepted rules for its use. */

export const LICENCES = {
  /** Of the repository and what ships with it: no rules for use. */
  mit: { name: 'MIT License', url: 'https://opensource.org/license/mit', asksForRules: false },
  /** Attachment A holds the rules: https://huggingface.co/stabilityai/stable-diffusion-xl-base-1.0/blob/main/LICENSE.md */
  'open-rail-pp-m': {
    name: 'CreativeML Open RAIL++-M License',
    url: 'https://huggingface.co/stabilityai/stable-diffusion-xl-base-1.0/blob/main/LICENSE.md',
    asksForRules: true,
  },
} as const;
export type LicenceId = keyof typeof LICENCES;

/** Raise it when the rules change as they are shown to people: everyone is then asked again. */
export const TERMS_VERSION = 1;
