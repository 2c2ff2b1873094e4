/** The file name of a posted picture. `extension` without a dot. */
export function pictureFilename(jobId: string, index: number, extension: string, { spoiler = false } = {}): string {
  return `${spoiler ? SPOILER : ''}refinery-${jobId}-${index + 1}.${extension}`;
}

/** Discord hides a file so named until somebody clicks on it. */
export const SPOILER = 'SPOILER_';
