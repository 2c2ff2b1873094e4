import type { Discord, DiscordOptions } from './discord.ts';

type Rarely = Pick<Discord, 'directMessage' | 'post' | 'edit' | 'remove' | 'download' | 'editOriginal' | 'original' | 'operators'>;

/**
 * A REST client that is loaded when it is first used: most interactions are answered without, and loading it would
 * more than double the time that a Lambda takes to start.
 */
export function openLazily(options: DiscordOptions): Rarely {
  let opened: Promise<Discord> | undefined;
  const open = () => (opened ??= import('./discord.ts').then(({ createDiscord }) => createDiscord(options)));
  return {
    directMessage: async (...what) => (await open()).directMessage(...what),
    post: async (...what) => (await open()).post(...what),
    edit: async (...what) => (await open()).edit(...what),
    download: async (...what) => (await open()).download(...what),
    editOriginal: async (...what) => (await open()).editOriginal(...what),
    original: async (...what) => (await open()).original(...what),
    operators: async () => (await open()).operators(),
    remove: async (...what) => (await open()).remove(...what),
  };
}
