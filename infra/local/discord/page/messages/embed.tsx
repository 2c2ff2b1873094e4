import type { APIEmbed } from 'discord-api-types/v10';
import { useLightbox } from '../dialogs/lightbox.tsx';
import { TextWithEmoji } from '../emoji/text-with-emoji.tsx';
import { InlineMarkdown, Markdown } from '../markdown/markdown.tsx';
import { MessageLink } from '../markdown/message-link.tsx';
import { safeUrl } from '../markdown/safe-url.ts';
import { formatMessageTime } from '../markdown/format-time.ts';
import { pictureUrl } from '../parts/picture-url.ts';

/** A rich embed. https://docs.discord.com/developers/resources/message#embed-object */
export function Embed({ embed }: { readonly embed: APIEmbed }) {
  const { author, title, url, description, fields = [], image, thumbnail, footer, timestamp, color } = embed;
  const titleUrl = url === undefined ? undefined : safeUrl(url);
  const authorUrl = author?.url === undefined ? undefined : safeUrl(author.url);
  return (
    <section class="embed" aria-label={title ?? author?.name ?? 'Embed'} style={color === undefined ? {} : { '--bar': `#${color.toString(16).padStart(6, '0')}` }}>
      {thumbnail !== undefined && <EmbedPicture media={thumbnail} kind="thumbnail" name={title ?? 'Thumbnail'} />}
      <div class="embed-text">
        {author !== undefined && (
          <div class="embed-author">
            <SmallPicture address={author.icon_url} />
            {authorUrl === undefined ? <TextWithEmoji text={author.name} /> : <MessageLink url={authorUrl} masked>{author.name}</MessageLink>}
          </div>
        )}
        {title !== undefined && (
          <div class="embed-title">{titleUrl === undefined ? <InlineMarkdown source={title} /> : <MessageLink url={titleUrl} masked>{title}</MessageLink>}</div>
        )}
        {description !== undefined && <div class="embed-description markdown"><Markdown source={description} /></div>}
        {fields.length > 0 && (
          <div class="embed-fields">
            {rows(fields).map((row, rowIndex) => (
              <div key={rowIndex} class="embed-field-row" style={{ '--columns': String(row.length) }}>
                {row.map((field, index) => (
                  <div key={index} class="embed-field">
                    <div class="embed-field-name"><InlineMarkdown source={field.name} /></div>
                    <div class="embed-field-value markdown"><Markdown source={field.value} /></div>
                  </div>
                ))}
              </div>
            ))}
          </div>
        )}
      </div>
      {image !== undefined && <EmbedPicture media={image} kind="image" name={title ?? 'Picture'} />}
      {(footer !== undefined || timestamp !== undefined) && (
        <div class="embed-footer">
          <SmallPicture address={footer?.icon_url} />
          <span><TextWithEmoji text={[footer?.text, timestamp === undefined ? undefined : formatMessageTime(timestamp, Date.now())].filter((part) => part !== undefined).join(' • ')} /></span>
        </div>
      )}
    </section>
  );
}

type Field = NonNullable<APIEmbed['fields']>[number];

/** Inline fields stand side by side, up to three in a row. */
function rows(fields: readonly Field[]): readonly (readonly Field[])[] {
  const all: Field[][] = [];
  for (const field of fields) {
    const row = all.at(-1);
    if (field.inline === true && row?.[0]?.inline === true && row.length < 3) row.push(field);
    else all.push([field]);
  }
  return all;
}

function EmbedPicture({ media, kind, name }: { readonly media: { readonly url: string; readonly width?: number; readonly height?: number }; readonly kind: 'image' | 'thumbnail'; readonly name: string }) {
  const open = useLightbox();
  const url = pictureUrl(media.url);
  if (url === undefined) return <div class={`embed-${kind} elsewhere`}><MessageLink url={safeUrl(media.url) ?? 'about:blank'} masked={false}>{media.url}</MessageLink></div>;
  return (
    <button type="button" class={`embed-${kind}`} aria-label={`Enlarge: ${name}`} onClick={() => open([{ url, alt: '', name }], 0)}>
      <img src={url} alt="" width={media.width} height={media.height} loading="lazy" />
    </button>
  );
}

function SmallPicture({ address }: { readonly address: string | undefined }) {
  const url = address === undefined ? undefined : pictureUrl(address);
  return url === undefined ? null : <img class="embed-icon" src={url} alt="" width={20} height={20} />;
}
