/** The bytes of attachments, one file each at `<channel>/<attachment>`. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const SAFE_SEGMENT = /^\d{1,20}$/;

export class AttachmentFiles {
  constructor(private readonly folder: string) {}

  async write(channelId: string, attachmentId: string, bytes: Uint8Array): Promise<void> {
    await mkdir(join(this.folder, channelId), { recursive: true });
    await writeFile(this.#path(channelId, attachmentId), bytes);
  }

  /** The bytes, or undefined when there is no such attachment. */
  async read(channelId: string, attachmentId: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (!SAFE_SEGMENT.test(channelId) || !SAFE_SEGMENT.test(attachmentId)) return undefined;
    try {
      return new Uint8Array(await readFile(this.#path(channelId, attachmentId)));
    } catch {
      return undefined;
    }
  }

  async delete(channelId: string, attachmentId: string): Promise<void> {
    await rm(this.#path(channelId, attachmentId), { force: true });
  }

  #path(channelId: string, attachmentId: string): string {
    return join(this.folder, channelId, attachmentId);
  }
}
