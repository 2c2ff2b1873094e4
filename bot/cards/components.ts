/** Buttons and menus under a card: https://discord.com/developers/docs/components/reference */
import type { APIActionRowComponent, APIButtonComponentWithCustomId, APIComponentInMessageActionRow } from 'discord-api-types/v10';

export type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

/** A row holds at most so many buttons, a message at most so many rows. */
export const MOST_BUTTONS_IN_ROW = 5;
export const MOST_ROWS = 5;
/** https://discord.com/developers/docs/components/reference#button */
export const MAX_BUTTON_LABEL_LENGTH = 80;

const STYLES = { primary: 1, secondary: 2, success: 3, danger: 4 } as const;

/** A button; its emoji is one Unicode emoji. Buttons without a label show the emoji alone. */
export function button(customId: string, look: { readonly emoji?: string; readonly label?: string; readonly style?: keyof typeof STYLES }): APIButtonComponentWithCustomId {
  const { emoji, label, style = 'secondary' } = look;
  return { type: 2, style: STYLES[style], custom_id: customId, ...(label !== undefined && { label }), ...(emoji !== undefined && { emoji: { name: emoji } }) };
}

export function row(...components: APIComponentInMessageActionRow[]): Row {
  return { type: 1, components };
}
