import { Dialog } from './dialog.tsx';

/** Asks before a link leads where its text does not say. */
export function LeaveDialog({ url, onClose }: { readonly url: string; readonly onClose: () => void }) {
  return (
    <Dialog label="Leave this page?" kind="card" onClose={onClose}>
      <h2>Leave this page?</h2>
      <p>This link leads to:</p>
      <p class="address">{url}</p>
      <div class="dialog-actions">
        <button type="button" class="button secondary" onClick={onClose}>Stay</button>
        <a class="button primary" href={url} target="_blank" rel="noopener noreferrer nofollow" onClick={onClose}>Visit the site</a>
      </div>
    </Dialog>
  );
}
