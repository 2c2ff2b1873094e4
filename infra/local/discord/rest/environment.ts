/** What every REST resource is built from. */
import { Hono } from 'hono';
import type { InteractionDesk } from '../interactions/desk.ts';
import type { ApplicationRecord } from '../store/records.ts';
import type { World } from '../world.ts';

export interface RestEnvironment {
  Variables: { application: ApplicationRecord };
}

export type Router = Hono<RestEnvironment>;

export interface RestParts {
  readonly world: World;
  readonly desk: InteractionDesk;
  /** Whether the application may read what others write (the privileged intent MESSAGE_CONTENT). */
  readonly readsContent: boolean;
}

export function newRouter(): Router {
  return new Hono<RestEnvironment>();
}
