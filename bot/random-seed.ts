import { randomInt } from 'node:crypto';
import { SEED } from '../core/limits.ts';

export function randomSeed(): number {
  return randomInt(SEED.min, SEED.max + 1);
}
