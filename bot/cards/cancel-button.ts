import type { CustomIds } from '../custom-id/custom-ids.ts';
import { type Row, button, row } from './components.ts';

/** ✖ under a card of a job that is not over yet; the handler checks who presses it. */
export function cancelRow(jobId: string, customIds: CustomIds): Row {
  return row(button(customIds.write('cancel', jobId), { emoji: '✖️', label: 'Cancel' }));
}
