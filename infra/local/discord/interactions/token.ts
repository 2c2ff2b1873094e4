/** Interaction tokens: good for fifteen minutes, and they name their interaction. */
import { randomBytes } from 'node:crypto';
import type { InteractionRecord } from '../store/records.ts';

export const TOKEN_LIFETIME_MS = 15 * 60 * 1000;

export function newToken(interactionId: string): string {
  return Buffer.from(`interaction:${interactionId}:${randomBytes(48).toString('base64url')}`).toString('base64url');
}

/** The interaction that a token claims to belong to, if it is shaped like one. */
export function interactionOfToken(token: string): string | undefined {
  return /^interaction:(\d+):/.exec(Buffer.from(token, 'base64url').toString())?.[1];
}

export function isExpired(interaction: InteractionRecord, now: number): boolean {
  return now - interaction.createdAt > TOKEN_LIFETIME_MS;
}
