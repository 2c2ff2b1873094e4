/** The colour of the bar beside a card, by what the card has to say. */
export const COLOURS = {
  waiting: 0x8b93a7,
  painting: 0xe0a53c,
  done: 0x3f9c74,
  refused: 0xd9822b,
  failed: 0xc94a4a,
  about: 0x5b6ee1,
} as const;
