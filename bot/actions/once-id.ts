import type { Original } from '../../core/derive-work.ts';

/**
 * The id of a job that is done once a picture, whoever asks and however: by button, reaction or message command.
 * Asked for again after it failed, it is tried again.
 */
export function onceId(action: 'refine' | 'upscale', { messageId, index }: Pick<Original, 'messageId' | 'index'>): string {
  return `${action}-${messageId}-${index}`;
}
