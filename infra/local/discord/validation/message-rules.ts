/** What Discord refuses in a message that its published schemas let pass. */
import { ComponentType, MessageFlags } from 'discord-api-types/v10';
import type { APIEmbed, APIMessageTopLevelComponent } from 'discord-api-types/v10';
import { invalidFormBody } from '../rest/discord-error.ts';
import type { FieldError } from '../rest/discord-error.ts';
import type { AllowedMentions, MessageBody } from './bodies.ts';

const MAX_CONTENT_LENGTH = 2000;
const MAX_EMBED_TOTAL = 6000;
const MAX_ROW_WIDTH = 5;
const MAX_ROWS = 5;

/** @throws {DiscordError} 50035 */
export function checkMessageRules(body: MessageBody, at: readonly (string | number)[] = []): void {
  const found = [
    ...contentErrors(body),
    ...embedErrors(body.embeds ?? []),
    ...componentErrors(body.components ?? [], ((body.flags ?? 0) & MessageFlags.IsComponentsV2) !== 0),
    ...mentionErrors(body.allowed_mentions ?? {}),
  ];
  if (body.enforce_nonce === true && (body.nonce === undefined || body.nonce === null || body.nonce === '')) {
    found.push({ path: ['nonce'], code: 'BASE_TYPE_REQUIRED', message: 'This field is required' });
  }
  if (found.length > 0) throw invalidFormBody(found.map((error) => ({ ...error, path: [...at, ...error.path] })));
}

function contentErrors({ content }: MessageBody): FieldError[] {
  // The published schema says 4,000: that is for accounts with Nitro, never for bots.
  if ((content ?? '').length <= MAX_CONTENT_LENGTH) return [];
  return [{ path: ['content'], code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${MAX_CONTENT_LENGTH} or fewer in length.` }];
}

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
function embedErrors(embeds: readonly APIEmbed[]): readonly FieldError[] {
  const total = embeds.reduce((sum, embed) => sum + embedLength(embed), 0);
  const tooLong = total > MAX_EMBED_TOTAL ? [{ path: ['embeds'], code: 'MAX_EMBED_SIZE_EXCEEDED', message: `Embed size exceeds maximum size of ${MAX_EMBED_TOTAL}` }] : [];
  const lengths = embeds.flatMap((embed, e) =>
    (embed.fields ?? []).flatMap((field, f) =>
      (['name', 'value'] as const).filter((key) => field[key].trim() === '').map((key) => ({ path: ['embeds', e, 'fields', f, key], code: 'BASE_TYPE_REQUIRED', message: 'This field is required' })),
    ),
  );
  const links = embeds.flatMap((embed, e) =>
    Object.entries({ url: embed.url, 'image.url': embed.image?.url, 'thumbnail.url': embed.thumbnail?.url, 'author.icon_url': embed.author?.icon_url, 'footer.icon_url': embed.footer?.icon_url })
      .filter(([key, url]) => typeof url === 'string' && !(key === 'url' ? /^https?:/i : /^(https?|attachment):/i).test(url))
      .map(([key, url]) => ({
        path: ['embeds', e, ...key.split('.')],
        code: 'URL_TYPE_INVALID_SCHEME',
        message: `Scheme "${String(url).split(':')[0]}" is not supported. Scheme must be one of ('http', 'https').`,
      })),
  );
  return [...tooLong, ...lengths, ...links];
}

function embedLength(embed: APIEmbed): number {
  const parts = [embed.title, embed.description, embed.footer?.text, embed.author?.name, ...(embed.fields ?? []).flatMap((field) => [field.name, field.value])];
  return parts.reduce((sum, part) => sum + (part ?? '').trim().length, 0);
}

function componentErrors(components: readonly APIMessageTopLevelComponent[], isV2: boolean): readonly FieldError[] {
  const found: FieldError[] = [];
  const seen = new Set<string>();
  if (!isV2 && components.length > MAX_ROWS) found.push({ path: ['components'], code: 'BASE_TYPE_BAD_LENGTH', message: 'Must be between 1 and 5 in length.' });
  for (const [r, row] of components.entries()) {
    if (row.type !== ComponentType.ActionRow) {
      if (!isV2) found.push({ path: ['components', r, 'type'], code: 'UNION_TYPE_CHOICES', message: 'Value of field "type" must be one of (1,).' });
      continue;
    }
    const selects = row.components.filter((component) => component.type !== ComponentType.Button).length;
    if (selects > 0 && row.components.length > 1) found.push({ path: ['components', r], code: 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', message: `The width of the component must not exceed ${MAX_ROW_WIDTH}` });
    for (const [c, component] of row.components.entries()) {
      const path = ['components', r, 'components', c];
      const customId = 'custom_id' in component ? component.custom_id : undefined;
      const needsCustomId = !('url' in component) && !('sku_id' in component);
      if (needsCustomId && customId === undefined) found.push({ path: [...path, 'custom_id'], code: 'BASE_TYPE_REQUIRED', message: 'A custom id is required' });
      if (component.type === ComponentType.Button && !('sku_id' in component) && !('label' in component) && !('emoji' in component)) found.push({ path, code: 'BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED', message: 'A label or emoji is required' });
      if ('url' in component && customId !== undefined) found.push({ path, code: 'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE', message: 'A custom id and url cannot both be specified' });
      if (customId === undefined) continue;
      if (seen.has(customId)) found.push({ path: [...path, 'custom_id'], code: 'COMPONENT_CUSTOM_ID_DUPLICATED', message: 'Component custom id cannot be duplicated' });
      seen.add(customId);
    }
  }
  return found;
}

function mentionErrors({ parse, users, roles }: AllowedMentions): readonly FieldError[] {
  return (['users', 'roles'] as const).flatMap((kind) => {
    const listed = (kind === 'users' ? users : roles) ?? [];
    if (listed.length === 0 || !(parse ?? []).includes(kind)) return [];
    return [{ path: ['allowed_mentions'], code: 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE', message: `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.` }];
  });
}
