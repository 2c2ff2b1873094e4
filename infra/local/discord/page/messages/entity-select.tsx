import type { APIChannelSelectComponent, APIMentionableSelectComponent, APIRoleSelectComponent, APIUserSelectComponent } from 'discord-api-types/v10';
import { useMemo } from 'preact/hooks';
import { useClientState } from '../client/client-context.ts';
import { CHANNEL_SELECT, ROLE_SELECT, USER_SELECT } from '../discord-numbers.ts';
import { entityItems } from '../parts/entity-items.tsx';
import { Select } from '../parts/select.tsx';

type AnyEntitySelect = APIUserSelectComponent | APIRoleSelectComponent | APIMentionableSelectComponent | APIChannelSelectComponent;

/** A menu of users, roles or channels, which the client fills itself. */
export function EntitySelect({ select, waiting, onPick }: { readonly select: AnyEntitySelect; readonly waiting: boolean; readonly onPick: (values: readonly string[]) => void }) {
  const session = useClientState((state) => state.session);
  const kinds = select.type === USER_SELECT ? (['user'] as const) : select.type === ROLE_SELECT ? (['role'] as const) : select.type === CHANNEL_SELECT ? (['channel'] as const) : (['user', 'role'] as const);
  const items = useMemo(() => (session === null ? [] : entityItems(session, kinds)), [session, select.type]);
  return (
    <Select
      label={select.placeholder ?? 'Make a selection'}
      items={items}
      chosen={select.default_values?.map(({ id }) => id) ?? []}
      least={select.min_values ?? 1}
      most={select.max_values ?? 1}
      disabled={select.disabled === true}
      waiting={waiting}
      onPick={onPick}
    />
  );
}
