/** What Discord refuses in components that its published schemas let pass. https://discord.com/developers/docs/components/reference */
import { ComponentType, MessageFlags } from 'discord-api-types/v10';
import type { APIMessageTopLevelComponent } from 'discord-api-types/v10';
import type { FieldError } from '../rest/discord-error.ts';
import type { MessageBody } from './bodies.ts';

type Path = readonly (string | number)[];

interface Part {
  readonly type: ComponentType;
  readonly components?: readonly Part[];
  readonly accessory?: Part;
  readonly custom_id?: string | null;
  readonly url?: string | null;
  readonly sku_id?: string | null;
  readonly label?: string | null;
  readonly emoji?: unknown;
  readonly content?: string;
}

interface Placed {
  readonly part: Part;
  readonly path: Path;
}

const MAX_ROWS = 5;
const MAX_ROW_WIDTH = 5;
const MAX_V2_COMPONENTS = 40;
const MAX_V2_TEXT = 4000;

export function componentErrors({ components, flags, content, embeds }: MessageBody): readonly FieldError[] {
  const all = flattened(components ?? [], ['components']);
  const isV2 = ((flags ?? 0) & MessageFlags.IsComponentsV2) !== 0;
  const layout = isV2 ? v2Errors(all, (content ?? '') !== '', (embeds ?? []).length > 0) : v1Errors(components ?? []);
  return [...layout, ...all.flatMap(partErrors), ...duplicates(all)];
}

function v1Errors(components: readonly APIMessageTopLevelComponent[]): readonly FieldError[] {
  const tooMany = components.length > MAX_ROWS ? [{ path: ['components'], code: 'BASE_TYPE_BAD_LENGTH', message: `Must be between 1 and ${MAX_ROWS} in length.` }] : [];
  const notRows = components.flatMap(({ type }, index) =>
    type === ComponentType.ActionRow ? [] : [{ path: ['components', index, 'type'], code: 'UNION_TYPE_CHOICES', message: 'Value of field "type" must be one of (1,).' }],
  );
  return [...tooMany, ...notRows];
}

function v2Errors(all: readonly Placed[], hasContent: boolean, hasEmbeds: boolean): readonly FieldError[] {
  const legacy = [...(hasContent ? ['content'] : []), ...(hasEmbeds ? ['embeds'] : [])].map((field) => ({
    path: [field],
    code: 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
    message: `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
  }));
  const text = all.reduce((sum, { part }) => sum + (part.type === ComponentType.TextDisplay ? (part.content ?? '').length : 0), 0);
  const tooMany = all.length > MAX_V2_COMPONENTS ? [{ path: ['components'], code: 'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED', message: `The total number of components exceeds the maximum of ${MAX_V2_COMPONENTS}` }] : [];
  const tooLong = text > MAX_V2_TEXT ? [{ path: ['components'], code: 'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED', message: `Displayable text size exceeds maximum size of ${MAX_V2_TEXT}` }] : [];
  return [...legacy, ...tooMany, ...tooLong];
}

function partErrors({ part, path }: Placed): readonly FieldError[] {
  if (part.type === ComponentType.ActionRow) return rowErrors(part, path);
  if (part.type !== ComponentType.Button) return [];
  const found: FieldError[] = [];
  const isLink = given(part.url);
  if (!isLink && !given(part.sku_id) && !given(part.custom_id)) found.push({ path: [...path, 'custom_id'], code: 'BASE_TYPE_REQUIRED', message: 'A custom id is required' });
  if (isLink && given(part.custom_id)) found.push({ path, code: 'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE', message: 'A custom id and url cannot both be specified' });
  if (!given(part.sku_id) && !given(part.label) && !given(part.emoji)) found.push({ path, code: 'BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED', message: 'A label or emoji is required' });
  return found;
}

function rowErrors({ components = [] }: Part, path: Path): readonly FieldError[] {
  const menus = components.filter(({ type }) => type !== ComponentType.Button).length;
  if (menus === 0 || components.length === 1) return [];
  return [{ path, code: 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', message: `The width of the component must not exceed ${MAX_ROW_WIDTH}` }];
}

function duplicates(all: readonly Placed[]): readonly FieldError[] {
  const seen = new Set<string>();
  return all.flatMap(({ part, path }) => {
    if (!given(part.custom_id)) return [];
    if (seen.has(part.custom_id)) return [{ path: [...path, 'custom_id'], code: 'COMPONENT_CUSTOM_ID_DUPLICATED', message: 'Component custom id cannot be duplicated' }];
    seen.add(part.custom_id);
    return [];
  });
}

function flattened(parts: readonly Part[], at: Path): readonly Placed[] {
  return parts.flatMap((part, index) => {
    const path = [...at, index];
    const accessory = part.accessory === undefined ? [] : [{ part: part.accessory, path: [...path, 'accessory'] }];
    return [{ part, path }, ...flattened(part.components ?? [], [...path, 'components']), ...accessory];
  });
}

function given<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined && value !== '';
}
