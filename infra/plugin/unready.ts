/** Something that an operator must see to first; the text says what. */
export class Unready extends Error {
  override readonly name = 'Unready';
}

export const REFUSED_TOKEN = 'Discord refuses the bot token: reset it in the developer portal (Bot → Reset Token), then `npx serverless discord token`.';
