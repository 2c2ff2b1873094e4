import { useEffect, useRef, useState } from 'preact/hooks';
import type { LocalChannel } from '../../page-protocol.ts';
import { CallFailed } from '../client/calls.ts';
import { useClient, useClientState } from '../client/client-context.ts';
import { Icon } from '../parts/icon.tsx';
import { CommandEntry } from './command-entry.tsx';
import { finishDraft, giveFile, startDraft } from './draft.ts';
import type { Draft } from './draft.ts';
import { FileTray } from './file-tray.tsx';
import { ReplyBar } from './reply-bar.tsx';
import { TextEntry } from './text-entry.tsx';
import type { TypedCommand } from './typed-command.ts';
import { useTypeAnywhere } from './use-type-anywhere.ts';
import { useFileDrop } from './use-file-drop.ts';

/** Discord's own limit of files in one message. */
const MOST_FILES = 10;

type Mode =
  | { readonly kind: 'text'; readonly text: string }
  /** `turn` counts the times that the focus was given anew, to `startAt`. */
  | { readonly kind: 'command'; readonly draft: Draft; readonly startAt: string | undefined; readonly turn: number };

const BLANK: Mode = { kind: 'text', text: '' };

/** Where one types: plain messages with files, and slash commands with their options. */
export function Composer({ channel }: { readonly channel: LocalChannel }) {
  const client = useClient();
  const [mode, setModeOnly] = useState<Mode>(BLANK);
  const turns = useRef(0);
  const setMode = (next: Mode): void => {
    turns.current += 1;
    setModeOnly(next);
  };
  const fill = (draft: Draft, startAt: string | undefined): void => setMode({ kind: 'command', draft, startAt, turn: turns.current });
  const [files, setFiles] = useState<readonly File[]>([]);
  const chooser = useRef<HTMLInputElement>(null);
  const current = useRef(mode);
  current.current = mode;
  useTypeAnywhere();
  const replyTo = useClientState((state) => state.replyTo);
  useEffect(() => {
    if (replyTo !== null) document.querySelector<HTMLElement>('[data-composer]')?.focus();
  }, [replyTo]);

  const addFiles = (added: readonly File[]): void => {
    if (mode.kind === 'text') {
      if (files.length + added.length > MOST_FILES) client.notify(`A message takes at most ${MOST_FILES} files.`);
      setFiles([...files, ...added].slice(0, MOST_FILES));
      return;
    }
    const [first] = added;
    const given = first === undefined ? undefined : giveFile(mode.draft, first);
    if (given === undefined) client.notify(`/${mode.draft.leaf.name} takes no further file.`);
    else fill(given.draft, given.name);
  };
  const dragging = useFileDrop(channel.maySend, addFiles);

  const begin = ({ leaf, texts }: TypedCommand): void => {
    const draft = startDraft(leaf, texts);
    fill(draft, draft.fields.findLast(({ text }) => text !== '')?.option.name);
  };
  const sendText = async (text: string): Promise<void> => {
    setMode(BLANK);
    setFiles([]);
    if (await client.send(channel.id, text.trim(), files)) return;
    // Nothing that was typed is lost, unless something else was typed meanwhile.
    if (current.current.kind === 'text' && current.current.text === '') setMode({ kind: 'text', text });
    setFiles(files);
  };
  const sendCommand = async (draft: Draft): Promise<void> => {
    const finished = finishDraft(draft);
    if (finished.kind === 'problems') return fill({ ...draft, problems: finished.problems }, Object.keys(finished.problems)[0]);
    setMode(BLANK);
    const { command, path, name } = draft.leaf;
    try {
      await client.interactions.runCommand(`/${name}`, { channelId: channel.id, commandId: command.id, ...(path.length > 0 && { subcommand: path }), options: finished.options }, finished.files);
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error);
      const option = error instanceof CallFailed ? error.field : undefined;
      const untouched = current.current.kind === 'text' && current.current.text === '';
      if (untouched) fill({ ...draft, problems: option === undefined ? {} : { [option]: sentence } }, option);
      if (option === undefined || !untouched) client.notify(sentence);
    }
  };

  if (!channel.maySend) return <div class="composer"><p class="composer-closed">You do not have permission to send messages in this channel.</p></div>;
  const send = (): void => void (mode.kind === 'text' ? sendText(mode.text) : sendCommand(mode.draft));
  const nothing = mode.kind === 'text' && mode.text.trim() === '' && files.length === 0;
  return (
    <div class="composer">
      <ReplyBar />
      <div class="composer-box">
        {mode.kind === 'text' && <FileTray files={files} onRemove={(index) => setFiles(files.toSpliced(index, 1))} />}
        <div class="composer-row">
          <button type="button" class="icon-button upload" aria-label="Add files" title="Add files" onClick={() => chooser.current?.click()}><Icon name="plus" /></button>
          <input ref={chooser} type="file" multiple hidden onChange={(event) => {
            addFiles([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = '';
          }} />
          {mode.kind === 'text' ? (
            <TextEntry
              channel={channel}
              text={mode.text}
              mayBeEmpty={files.length > 0}
              takesFocus={turns.current > 0}
              onText={(text) => setModeOnly({ kind: 'text', text })}
              onCommand={begin}
              onSubmit={send}
              onEmptyEscape={() => client.replyTo(null)}
            />
          ) : (
            <CommandEntry
              key={mode.turn}
              channel={channel}
              draft={mode.draft}
              startAt={mode.startAt}
              onDraft={(draft) => setModeOnly({ ...mode, draft })}
              onLeave={(text) => setMode({ kind: 'text', text })}
              onSubmit={send}
            />
          )}
          <button type="button" class="icon-button send" aria-label="Send" disabled={nothing} onClick={send}><Icon name="send" /></button>
        </div>
      </div>
      {dragging && <div class="drop-here" aria-hidden="true"><p>Drop to add it</p></div>}
    </div>
  );
}
