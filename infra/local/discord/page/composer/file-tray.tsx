import { useEffect, useMemo } from 'preact/hooks';
import { formatBytes } from '../messages/attachments.tsx';
import { Icon } from '../parts/icon.tsx';

/** Files that wait to be sent with a message. */
export function FileTray({ files, onRemove }: { readonly files: readonly File[]; readonly onRemove: (index: number) => void }) {
  if (files.length === 0) return null;
  return (
    <ul class="file-tray" aria-label="Files to send">
      {files.map((file, index) => <WaitingFile key={`${file.name} ${file.lastModified}`} file={file} onRemove={() => onRemove(index)} />)}
    </ul>
  );
}

function WaitingFile({ file, onRemove }: { readonly file: File; readonly onRemove: () => void }) {
  const preview = useMemo(() => (file.type.startsWith('image/') ? URL.createObjectURL(file) : null), [file]);
  useEffect(() => () => (preview === null ? undefined : URL.revokeObjectURL(preview)), [preview]);
  return (
    <li>
      {preview === null ? <Icon name="file" size={48} /> : <img src={preview} alt="" />}
      <span class="file-name">{file.name}</span>
      <span class="file-size">{formatBytes(file.size)}</span>
      <button type="button" class="icon-button" aria-label={`Remove ${file.name}`} onClick={onRemove}><Icon name="trash" size={16} /></button>
    </li>
  );
}
