import type { LoraUse } from '../lora/lora-use.ts';
import type { CropTopLeft, PixelSize } from '../pipeline/time-ids.ts';

/** The command line cannot be understood; the message says what to write instead. */
export class BadUsage extends Error {
  override readonly name = 'BadUsage';
}

/** Each reads what was written behind `--name`, passes on what was not given, and throws BadUsage. */
export function number(name: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max)) throw new BadUsage(`--${name} is ${text}: give a number from ${min} to ${max}.`);
  return value;
}

export function wholeNumber(name: string, text: string | undefined, min: number, max: number): number | undefined {
  const value = number(name, text, min, max);
  if (value !== undefined && !Number.isInteger(value)) throw new BadUsage(`--${name} is ${text ?? ''}: give a whole number.`);
  return value;
}

export function oneOf<T extends string>(name: string, text: string | undefined, choices: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const choice = choices.find((each) => each === text);
  if (choice === undefined) throw new BadUsage(`--${name} is ${text}: give one of ${choices.join(', ')}.`);
  return choice;
}

/** `WIDTHxHEIGHT` */
export function size(name: string, text: string | undefined): PixelSize | undefined {
  if (text === undefined) return undefined;
  const { 1: width, 2: height } = /^(\d{1,5})x(\d{1,5})$/.exec(text) ?? [];
  if (width === undefined || height === undefined) throw new BadUsage(`--${name} is ${text}: give width x height, such as 1024x768.`);
  return { width: Number(width), height: Number(height) };
}

/** `LEFT,TOP` */
export function crop(name: string, text: string | undefined): CropTopLeft | undefined {
  if (text === undefined) return undefined;
  const { 1: left, 2: top } = /^(\d{1,5}),(\d{1,5})$/.exec(text) ?? [];
  if (left === undefined || top === undefined) throw new BadUsage(`--${name} is ${text}: give left,top, such as 0,128.`);
  return { left: Number(left), top: Number(top) };
}

/** `FILE` or `FILE=STRENGTH` */
export function lora(text: string): LoraUse {
  const { 1: file, 2: strength } = /^(.+)=([+-]?(?:\d+\.?\d*|\.\d+))$/s.exec(text) ?? [];
  return file === undefined ? { file: text, strength: 1 } : { file, strength: Number(strength) };
}
