import type { Ports } from '../../bot/ports.ts';

const unexpected = async () => Promise.reject(new Error('a call of Discord’s REST API that this test does not expect'));

/** Spread it first: what a test does not put in its place fails when it is called. */
export const unusedDiscord: Ports['discord'] = { directMessage: unexpected, post: unexpected, edit: unexpected, remove: unexpected, download: unexpected, editOriginal: unexpected };
