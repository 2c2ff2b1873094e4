import type { APIButtonComponent } from 'discord-api-types/v10';
import { useState } from 'preact/hooks';
import type { LocalMessage } from '../../page-protocol.ts';
import { useClient } from '../client/client-context.ts';
import { ACTION_ROW, BUTTON, DANGER, LINK, PRIMARY, STRING_SELECT, SUCCESS, TEXT_DISPLAY } from '../discord-numbers.ts';
import { Emoji } from '../emoji/emoji.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { safeUrl } from '../markdown/safe-url.ts';
import { Icon } from '../parts/icon.tsx';
import { EntitySelect } from './entity-select.tsx';
import { StringSelect } from './select-menu.tsx';

/** The rows of buttons and selects under a message. While one waits for its answer the others of the message wait too, as in Discord. */
export function ComponentRows({ message }: { readonly message: LocalMessage }) {
  const client = useClient();
  const [busy, setBusy] = useState<string | null>(null);
  const use = async (customId: string, values?: readonly string[]): Promise<void> => {
    setBusy(customId);
    await client.interactions.useComponent(message, customId, values);
    setBusy(null);
  };
  return (
    <div class="component-rows">
      {message.components?.map((row, rowIndex) => {
        if (row.type === TEXT_DISPLAY) return <div key={rowIndex} class="markdown"><Markdown source={row.content} /></div>;
        if (row.type !== ACTION_ROW) return <p key={rowIndex} class="unsupported">This page cannot show this component (type {row.type}).</p>;
        return (
          <div key={rowIndex} class="component-row">
            {row.components.map((component, index) => {
              if (component.type === BUTTON) return <ComponentButton key={index} button={component} busy={busy} onPress={(id) => void use(id)} />;
              const waiting = busy === component.custom_id;
              if (component.type === STRING_SELECT) {
                return <StringSelect key={index} select={component} waiting={waiting} onPick={(values) => void use(component.custom_id, values)} />;
              }
              return <EntitySelect key={index} select={component} waiting={waiting} onPick={(values) => void use(component.custom_id, values)} />;
            })}
          </div>
        );
      })}
    </div>
  );
}

function ComponentButton({ button, busy, onPress }: { readonly button: APIButtonComponent; readonly busy: string | null; readonly onPress: (customId: string) => void }) {
  if ('sku_id' in button) return null;
  const content = (
    <>
      {button.emoji?.name !== undefined && (button.emoji.id === undefined ? <Emoji text={button.emoji.name} silent={button.label !== undefined} /> : <span>:{button.emoji.name}:</span>)}
      {button.label}
    </>
  );
  if (button.style === LINK) {
    const url = safeUrl(button.url);
    if (url === undefined || button.disabled === true) return <button type="button" class="button secondary" disabled>{content}</button>;
    return (
      <a class="button secondary" href={url} target="_blank" rel="noopener noreferrer nofollow" title={url}>
        {content}
        <Icon name="out" size={16} />
      </a>
    );
  }
  const { custom_id: customId, style } = button;
  const kind = style === PRIMARY ? 'primary' : style === SUCCESS ? 'success' : style === DANGER ? 'danger' : 'secondary';
  const waiting = busy === customId;
  return (
    <button type="button" class={`button ${kind}`} disabled={button.disabled === true} aria-busy={waiting} aria-disabled={busy !== null} onClick={() => busy === null && onPress(customId)}>
      <span class="button-content">{content}</span>
      {waiting && <span class="dots" aria-hidden="true"><i /><i /><i /></span>}
    </button>
  );
}
