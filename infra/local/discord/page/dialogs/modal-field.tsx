import { useId, useMemo } from 'preact/hooks';
import { useClientState } from '../client/client-context.ts';
import { CHANNEL_SELECT, MENTIONABLE_SELECT, PARAGRAPH, ROLE_SELECT, STRING_SELECT, TEXT_INPUT, USER_SELECT } from '../discord-numbers.ts';
import { entityItems } from '../parts/entity-items.tsx';
import type { EntityKind } from '../parts/entity-items.tsx';
import { Select } from '../parts/select.tsx';
import type { FieldValue, ModalRow } from './modal-fields.ts';

type Field = Extract<ModalRow, { kind: 'field' }>;

/** A labelled text input or select of a modal. */
export function ModalField({ row, value, problem, onChange }: { readonly row: Field; readonly value: FieldValue; readonly problem: string | undefined; readonly onChange: (value: FieldValue) => void }) {
  const id = useId();
  const { component } = row;
  const required = 'required' in component && component.required === false ? null : <span class="required" aria-hidden="true"> *</span>;
  const described = problem !== undefined ? `${id}-problem` : row.description === undefined ? undefined : `${id}-description`;
  const common = {
    id,
    value: typeof value === 'string' ? value : '',
    'aria-describedby': described,
    'aria-invalid': problem !== undefined,
    onInput: (event: { readonly currentTarget: { readonly value: string } }) => onChange(event.currentTarget.value),
  };
  return (
    <div class="modal-field">
      <label for={id}>{row.label}{required}</label>
      {row.description !== undefined && <p id={`${id}-description`} class="field-description">{row.description}</p>}
      {component.type === TEXT_INPUT ? (
        component.style === PARAGRAPH ? (
          <textarea {...common} rows={5} placeholder={component.placeholder} required={component.required !== false} maxLength={component.max_length} />
        ) : (
          <input {...common} type="text" placeholder={component.placeholder} required={component.required !== false} maxLength={component.max_length} />
        )
      ) : (
        <ModalSelect row={row} value={typeof value === 'string' ? [] : value} onChange={onChange} />
      )}
      {problem !== undefined && <p id={`${id}-problem`} class="field-problem">{problem}</p>}
    </div>
  );
}

function ModalSelect({ row, value, onChange }: { readonly row: Field; readonly value: readonly string[]; readonly onChange: (value: FieldValue) => void }) {
  const session = useClientState((state) => state.session);
  const { component } = row;
  const kinds = kindsOf(component.type);
  const items = useMemo(() => {
    if (component.type === STRING_SELECT) return component.options.map(({ value: own, label, description }) => ({ value: own, label, ...(description !== undefined && { detail: description }) }));
    return session === null || kinds === undefined ? undefined : entityItems(session, kinds);
  }, [component, session]);
  if (items === undefined || !('min_values' in component || 'custom_id' in component)) return <p class="unsupported">This page cannot show this field (type {component.type}).</p>;
  const placeholder = 'placeholder' in component ? component.placeholder : undefined;
  const [least, most] = ['min_values' in component ? (component.min_values ?? 1) : 1, 'max_values' in component ? (component.max_values ?? 1) : 1];
  return <Select label={placeholder ?? row.label} items={items} chosen={value} least={least} most={most} onPick={onChange} />;
}

function kindsOf(type: Field['component']['type']): readonly EntityKind[] | undefined {
  switch (type) {
    case USER_SELECT:
      return ['user'];
    case ROLE_SELECT:
      return ['role'];
    case MENTIONABLE_SELECT:
      return ['user', 'role'];
    case CHANNEL_SELECT:
      return ['channel'];
    default:
      return undefined;
  }
}
