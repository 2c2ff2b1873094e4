/** "13.3 GB", in powers of ten as disks and networks are sold; "0.6 kB", never "599 bytes", so that columns line up. */
export function formatBytes(bytes: number): string {
  const [unit, name] = bytes >= 1e9 ? [1e9, 'GB'] : bytes >= 1e6 ? [1e6, 'MB'] : [1e3, 'kB'];
  const value = bytes / unit;
  return `${value.toFixed(value < 100 ? 1 : 0)} ${name}`;
}

/** How many bytes files have together. */
export function sumBytes(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** "1 h 05 min", "2 min 05 s", "40 s". */
export function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
  if (whole >= 60) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${whole} s`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
