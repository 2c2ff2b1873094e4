/**
 * Discord's own numbers, typed as discord-api-types has them. Its values are not imported: its one CommonJS file would
 * enter the bundle whole. The compiler refuses a number here that is not the member's.
 */
import type {
  ApplicationCommandOptionType as OptionType,
  ApplicationCommandType,
  ButtonStyle,
  ComponentType,
  MessageFlags,
  TextInputStyle,
} from 'discord-api-types/v10';

export const EPHEMERAL: MessageFlags.Ephemeral = 64;
export const LOADING: MessageFlags.Loading = 128;
export const SUPPRESS_EMBEDS: MessageFlags.SuppressEmbeds = 4;

export const CHAT_INPUT: ApplicationCommandType.ChatInput = 1;
export const USER_COMMAND: ApplicationCommandType.User = 2;
export const MESSAGE_COMMAND: ApplicationCommandType.Message = 3;

export const SUBCOMMAND: OptionType.Subcommand = 1;
export const SUBCOMMAND_GROUP: OptionType.SubcommandGroup = 2;
export const STRING: OptionType.String = 3;
export const INTEGER: OptionType.Integer = 4;
export const BOOLEAN: OptionType.Boolean = 5;
export const USER: OptionType.User = 6;
export const CHANNEL: OptionType.Channel = 7;
export const ROLE: OptionType.Role = 8;
export const MENTIONABLE: OptionType.Mentionable = 9;
export const NUMBER: OptionType.Number = 10;
export const ATTACHMENT: OptionType.Attachment = 11;

export const ACTION_ROW: ComponentType.ActionRow = 1;
export const BUTTON: ComponentType.Button = 2;
export const STRING_SELECT: ComponentType.StringSelect = 3;
export const TEXT_INPUT: ComponentType.TextInput = 4;
export const USER_SELECT: ComponentType.UserSelect = 5;
export const ROLE_SELECT: ComponentType.RoleSelect = 6;
export const MENTIONABLE_SELECT: ComponentType.MentionableSelect = 7;
export const CHANNEL_SELECT: ComponentType.ChannelSelect = 8;
export const TEXT_DISPLAY: ComponentType.TextDisplay = 10;
export const LABEL: ComponentType.Label = 18;

export const PRIMARY: ButtonStyle.Primary = 1;
export const SUCCESS: ButtonStyle.Success = 3;
export const DANGER: ButtonStyle.Danger = 4;
export const LINK: ButtonStyle.Link = 5;

export const PARAGRAPH: TextInputStyle.Paragraph = 2;
