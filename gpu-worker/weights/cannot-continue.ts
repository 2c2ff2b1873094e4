/** A command stops here; the message tells the person what to do about it. Running it again as it was will not help. */
export class CannotContinue extends Error {
  override readonly name = 'CannotContinue';
}

/** Translates what a file system throws into what to do about it; `doing` completes "cannot …". Others pass through. */
export function explainFileError(error: unknown, doing: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const { code } = error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new CannotContinue(`Cannot ${doing}: the disk is full. Make room and run the same command again; it goes on from here.`, { cause: error });
  }
  if (code === 'EFBIG') {
    return new CannotContinue(`Cannot ${doing}: the file system takes no file of this size (FAT ends at 4 GB). Set MODELS_DIR to a folder on another one.`, { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new CannotContinue(`Cannot ${doing}: this user may not write there. Set MODELS_DIR to a folder that it may write to.`, { cause: error });
  }
  return error;
}
