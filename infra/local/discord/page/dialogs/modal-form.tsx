import { useState } from 'preact/hooks';
import type { LocalModal } from '../../page-protocol.ts';
import { useClient } from '../client/client-context.ts';
import { TEXT_INPUT } from '../discord-numbers.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { Icon } from '../parts/icon.tsx';
import { Dialog } from './dialog.tsx';
import { ModalField } from './modal-field.tsx';
import { firstValue, modalRows, textProblem } from './modal-fields.ts';
import type { FieldValue } from './modal-fields.ts';

/** A modal that a bot answered with. https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-modal */
export function ModalForm({ interactionId, modal }: { readonly interactionId: string; readonly modal: LocalModal }) {
  const client = useClient();
  const rows = modalRows(modal);
  const [values, setValues] = useState<Readonly<Record<string, FieldValue>>>(() =>
    Object.fromEntries(rows.flatMap((row) => (row.kind === 'field' && 'custom_id' in row.component ? [[row.component.custom_id, firstValue(row.component)]] : []))),
  );
  const [problem, setProblem] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const [sending, setSending] = useState(false);
  const problemOf = (row: (typeof rows)[number]): string | undefined => {
    if (row.kind === 'text' || row.component.type !== TEXT_INPUT) return undefined;
    const value = values[row.component.custom_id];
    return textProblem(row.component, typeof value === 'string' ? value : '');
  };
  const submit = async (): Promise<void> => {
    setTried(true);
    if (sending || rows.some((row) => problemOf(row) !== undefined)) return;
    setSending(true);
    setProblem(null);
    try {
      setProblem((await client.interactions.submitModal(interactionId, values)) ?? null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    setSending(false);
  };
  return (
    <Dialog label={modal.title} kind="card modal" onClose={() => client.interactions.closeModal()}>
      <form
        novalidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <header>
          <h2>{modal.title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={() => client.interactions.closeModal()}><Icon name="close" /></button>
        </header>
        <p class="modal-warning">This form is sent to Refinery. Do not share passwords or other sensitive information.</p>
        {rows.map((row, index) =>
          row.kind === 'text' ? (
            <div key={index} class="markdown"><Markdown source={row.text} /></div>
          ) : (
            <ModalField
              key={index}
              row={row}
              value={'custom_id' in row.component ? (values[row.component.custom_id] ?? '') : ''}
              problem={tried ? problemOf(row) : undefined}
              onChange={(value) => 'custom_id' in row.component && setValues({ ...values, [row.component.custom_id]: value })}
            />
          ),
        )}
        {problem !== null && <p class="failure" role="alert"><Icon name="warning" size={16} />{problem}</p>}
        <div class="dialog-actions">
          <button type="button" class="button secondary" onClick={() => client.interactions.closeModal()}>Cancel</button>
          <button type="submit" class="button primary" aria-busy={sending}>Submit</button>
        </div>
      </form>
    </Dialog>
  );
}
