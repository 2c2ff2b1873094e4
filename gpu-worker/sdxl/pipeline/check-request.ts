import { InvalidRequest } from './invalid-request.ts';
import type { PipelineRequest } from './paint-request.ts';

const MAX_STEPS = 1000;

/** Throws InvalidRequest saying which value to change. */
export function checkRequest(request: Omit<PipelineRequest, 'noise'>): void {
  const { texts, steps, guidanceScale, guidanceRescale = 0 } = request;
  if (texts.length === 0) throw new InvalidRequest('Nothing to paint: give at least one seed.');
  if (!Number.isInteger(steps) || steps < 1 || steps > MAX_STEPS) {
    throw new InvalidRequest(`steps is ${steps}: give a whole number from 1 to ${MAX_STEPS}.`);
  }
  if (!Number.isFinite(guidanceScale) || guidanceScale < 0) {
    throw new InvalidRequest(`guidanceScale is ${guidanceScale}: give 0 or more; 1 and less switch guidance off.`);
  }
  if (!(guidanceRescale >= 0 && guidanceRescale <= 1)) {
    throw new InvalidRequest(`guidanceRescale is ${guidanceRescale}: give a number from 0 to 1.`);
  }
}

/** The share of the schedule that a model runs. */
export interface Share {
  readonly strength?: number | undefined;
  readonly denoisingStart?: number | undefined;
  readonly denoisingEnd?: number | undefined;
}

/** Throws InvalidRequest unless the cuts are strictly between 0 and 1 and in order, and strength from 0 to 1. */
export function checkShare({ strength, denoisingStart, denoisingEnd }: Share): void {
  for (const [name, value] of Object.entries({ denoisingStart, denoisingEnd })) {
    if (value !== undefined && !(value > 0 && value < 1)) throw new InvalidRequest(`${name} is ${value}: give a number between 0 and 1.`);
  }
  if (denoisingStart !== undefined && denoisingEnd !== undefined && denoisingStart >= denoisingEnd) {
    throw new InvalidRequest(`denoisingStart is ${denoisingStart} and denoisingEnd ${denoisingEnd}: start before the end.`);
  }
  if (strength !== undefined && !(strength >= 0 && strength <= 1)) throw new InvalidRequest(`strength is ${strength}: give a number from 0 to 1.`);
}

/** Throws InvalidRequest unless width and height are positive multiples of `multiple`. */
export function checkSize({ width, height }: { readonly width: number; readonly height: number }, multiple: number): void {
  for (const [name, pixels] of Object.entries({ width, height })) {
    if (!Number.isInteger(pixels) || pixels < multiple || pixels % multiple !== 0) {
      throw new InvalidRequest(`${name} is ${pixels}: give a positive multiple of ${multiple}.`);
    }
  }
}
