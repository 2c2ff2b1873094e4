/** How the simulation's figures are written. */

/** `42 s`, `4.5 min`, `3.2 h`, `2.1 days`. */
export function seconds(value: number): string {
  if (value < 90) return `${Math.round(value)} s`;
  if (value < 5400) return `${(value / 60).toFixed(1)} min`;
  if (value < 2 * 86_400) return `${(value / 3600).toFixed(1)} h`;
  return `${(value / 86_400).toFixed(1)} days`;
}

export function usd(value: number): string {
  return value < 0.1 ? `$${value.toFixed(4)}` : `$${value.toFixed(2)}`;
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
