/** What Discord refuses in a message that its published schemas let pass. */
import type { APIEmbed } from 'discord-api-types/v10';
import { invalidFormBody } from '../rest/discord-error.ts';
import type { FieldError } from '../rest/discord-error.ts';
import type { AllowedMentions, MessageBody } from './bodies.ts';
import { componentErrors } from './component-rules.ts';

const MAX_CONTENT_LENGTH = 2000;
const MAX_EMBED_TOTAL = 6000;

/** @throws {DiscordError} 50035 */
export function checkMessageRules(body: MessageBody, at: readonly (string | number)[] = []): void {
  const found = [
    ...contentErrors(body),
    ...embedErrors(body.embeds ?? []),
    ...componentErrors(body),
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

function mentionErrors({ parse, users, roles }: AllowedMentions): readonly FieldError[] {
  return (['users', 'roles'] as const).flatMap((kind) => {
    const listed = (kind === 'users' ? users : roles) ?? [];
    if (listed.length === 0 || !(parse ?? []).includes(kind)) return [];
    return [{ path: ['allowed_mentions'], code: 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE', message: `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.` }];
  });
}
