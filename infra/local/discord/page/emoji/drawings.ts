/**
 * The emojis that Refinery and its people use most, drawn for this page on 36×36, so that they look alike on machines
 * with no emoji font. Keys have no U+FE0F. Others are left to the system's font.
 */
export const DRAWINGS: Readonly<Record<string, string>> = {
  '✨': '<path fill="#ffac33" d="M21 4l3.4 9.6L34 17l-9.6 3.4L21 30l-3.4-9.6L8 17l9.6-3.4zM8.5 1l1.6 4.4L14.5 7l-4.4 1.6L8.5 13l-1.6-4.4L2.5 7l4.4-1.6zM8 22l1.7 4.3L14 28l-4.3 1.7L8 34l-1.7-4.3L2 28l4.3-1.7z"/>',
  '🔁': '<rect width="36" height="36" rx="7" fill="#3b88c3"/><path fill="none" stroke="#fff" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round" d="M8 17v-2a4 4 0 0 1 4-4h15M23 6.5l4.5 4.5-4.5 4.5M28 19v2a4 4 0 0 1-4 4H9M13 20.5L8.5 25l4.5 4.5"/>',
  '🎨': '<path fill="#d99e82" d="M18 3C9 3 2 9.5 2 18s7 15 15 15c3 0 4-1.6 4-3.3 0-2.3-2.2-3-2.2-5.2 0-2 1.7-3.5 4.2-3.5h4.5c4 0 6.5-2.5 6.5-6.5C34 8 26.5 3 18 3z"/><circle cx="10" cy="13" r="3.2" fill="#dd2e44"/><circle cx="18" cy="9" r="3.2" fill="#ffcc4d"/><circle cx="26" cy="12.5" r="3.2" fill="#55acee"/><circle cx="8.5" cy="21" r="3.2" fill="#78b159"/><circle cx="13.5" cy="27" r="2.6" fill="#aa8dd8"/>',
  '🔍': '<path stroke="#99aab5" stroke-width="5" stroke-linecap="round" d="M23 23l9 9"/><circle cx="14.5" cy="14.5" r="11" fill="#bbddf5" stroke="#99aab5" stroke-width="3.5"/><path fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round" d="M8.5 13a6.5 6.5 0 0 1 5-4.8"/>',
  '✏': '<path fill="#ffcc4d" d="M8 21.5L24.5 5l6.5 6.5L14.5 28z"/><path fill="#ea596e" d="M24.5 5l1.7-1.7a3.5 3.5 0 0 1 5 0l1.5 1.5a3.5 3.5 0 0 1 0 5L31 11.5z"/><path fill="#ffe8b6" d="M8 21.5l6.5 6.5L4 32z"/><path fill="#292f33" d="M5.3 28.5L4 32l3.5-1.3z"/>',
  '🗑': '<path fill="#99aab5" d="M7 11h22l-2 20a3 3 0 0 1-3 2.7H12A3 3 0 0 1 9 31z"/><path fill="#ccd6dd" d="M5 8h26v3.5H5zM13.5 8V5.5a2 2 0 0 1 2-2h5a2 2 0 0 1 2 2V8h-2.3V5.8h-4.4V8z"/><path stroke="#66757f" stroke-width="2" stroke-linecap="round" d="M13.5 16l.8 12M18 16v12M22.5 16l-.8 12"/>',
  '📩': '<rect x="2" y="13" width="32" height="20" rx="3" fill="#ccd6dd"/><path fill="none" stroke="#99aab5" stroke-width="2.4" stroke-linejoin="round" d="M3.5 15.5L18 26l14.5-10.5"/><path fill="#dd2e44" d="M15.3 2h5.4v8H25l-7 8-7-8h4.3z"/>',
  '✖': '<path stroke="#99aab5" stroke-width="6" stroke-linecap="round" d="M7 7l22 22M29 7L7 29"/>',
  '❌': '<path stroke="#dd2e44" stroke-width="6" stroke-linecap="round" d="M6 6l24 24M30 6L6 30"/>',
  '✅': '<rect width="36" height="36" rx="7" fill="#77b255"/><path fill="none" stroke="#fff" stroke-width="4.5" stroke-linecap="round" stroke-linejoin="round" d="M8.5 19l6.5 7L28 10"/>',
  '⏳': '<path fill="#ffe8b6" d="M9 5h18v5c0 4-4 5.5-6 8 2 2.5 6 4 6 8v5H9v-5c0-4 4-5.5 6-8-2-2.5-6-4-6-8z"/><path fill="#ffac33" d="M12 10h12c-1 3-4 4.5-6 7-2-2.5-5-4-6-7zM11.5 30c0-4 5-4 6.5-7 1.5 3 6.5 3 6.5 7z"/><path stroke="#3b88c3" stroke-width="4" stroke-linecap="round" d="M8 4h20M8 32h20"/>',
  '🖼': '<rect x="1" y="3" width="34" height="30" rx="2" fill="#c1694f"/><path fill="#bbddf5" d="M5 7h26v22H5z"/><circle cx="24" cy="13" r="3.5" fill="#ffcc4d"/><path fill="#5c913b" d="M5 29v-5l8-9 7 8 4-4 7 7v3z"/>',
  '🎲': '<rect x="3" y="3" width="30" height="30" rx="7" fill="#dd2e44"/><g fill="#fff"><circle cx="11" cy="11" r="3"/><circle cx="25" cy="11" r="3"/><circle cx="18" cy="18" r="3"/><circle cx="11" cy="25" r="3"/><circle cx="25" cy="25" r="3"/></g>',
  '⚠': '<path fill="#ffcc4d" stroke="#ffcc4d" stroke-width="3" stroke-linejoin="round" d="M18 3.5l15.5 28h-31z"/><path stroke="#292f33" stroke-width="3.6" stroke-linecap="round" d="M18 13v9"/><circle cx="18" cy="27.5" r="2.2" fill="#292f33"/>',
  'ℹ': '<rect width="36" height="36" rx="7" fill="#3b88c3"/><circle cx="18" cy="9.5" r="2.8" fill="#fff"/><path stroke="#fff" stroke-width="4.8" stroke-linecap="round" d="M18 17.5V28"/>',
  '👍': '<path fill="#ffdc5d" d="M3 18h7v14H5a2 2 0 0 1-2-2zM11 18l6-10c.5-3 1-5 3-5 3 0 3.5 3 2.5 6.5L21.5 14H30a3.2 3.2 0 0 1 1.5 6 3.2 3.2 0 0 1-.8 5 3.2 3.2 0 0 1-1.5 4.5A3 3 0 0 1 26.5 33H16c-2 0-3.5-1-5-2z"/><path stroke="#ef9645" stroke-width="1.6" stroke-linecap="round" d="M24.5 20H31M24 25h6M23.5 29.5h5M10.5 18v13"/>',
  '👎': '<g transform="matrix(1 0 0 -1 0 36)"><path fill="#ffdc5d" d="M3 18h7v14H5a2 2 0 0 1-2-2zM11 18l6-10c.5-3 1-5 3-5 3 0 3.5 3 2.5 6.5L21.5 14H30a3.2 3.2 0 0 1 1.5 6 3.2 3.2 0 0 1-.8 5 3.2 3.2 0 0 1-1.5 4.5A3 3 0 0 1 26.5 33H16c-2 0-3.5-1-5-2z"/><path stroke="#ef9645" stroke-width="1.6" stroke-linecap="round" d="M24.5 20H31M24 25h6M23.5 29.5h5M10.5 18v13"/></g>',
  '❤': '<path fill="#dd2e44" d="M18 33C9 26.5 2 20.5 2 12.5A8.5 8.5 0 0 1 18 8a8.5 8.5 0 0 1 16 4.5C34 20.5 27 26.5 18 33z"/>',
  '😄': '<circle cx="18" cy="18" r="17" fill="#ffcc4d"/><path fill="none" stroke="#664500" stroke-width="2.4" stroke-linecap="round" d="M8 14c1.2-2.6 4.8-2.6 6 0M22 14c1.2-2.6 4.8-2.6 6 0"/><path fill="#664500" d="M7.5 19h21c0 6-4.5 10.5-10.5 10.5S7.5 25 7.5 19z"/><path fill="#fff" d="M9.5 19h17v3h-17z"/>',
  '😂': '<circle cx="18" cy="18" r="17" fill="#ffcc4d"/><path fill="none" stroke="#664500" stroke-width="2.4" stroke-linecap="round" d="M8 14c1.2-2.6 4.8-2.6 6 0M22 14c1.2-2.6 4.8-2.6 6 0"/><path fill="#664500" d="M8.5 19h19c0 5.5-4 9.5-9.5 9.5S8.5 24.5 8.5 19z"/><path fill="#5dadec" d="M7 16.5c-4 1-6.5 3.5-6.5 6 0 3.5 5 4 6.3.5.7-2 .5-4.5.2-6.5zM29 16.5c4 1 6.5 3.5 6.5 6 0 3.5-5 4-6.3.5-.7-2-.5-4.5-.2-6.5z"/>',
  '🎉': '<path fill="#dd2e44" d="M3 33l8-19 11 11z"/><path fill="#ea596e" d="M5.5 27l8-10.5 3 3L5 29z"/><path fill="none" stroke="#226699" stroke-width="2.4" stroke-linecap="round" d="M17 15c3-3 0-6 3-10"/><path fill="none" stroke="#5c913b" stroke-width="2.4" stroke-linecap="round" d="M21 19c4-1 6 2 10-1"/><g fill="#ffcc4d"><circle cx="29" cy="7" r="2.4"/><circle cx="10" cy="7" r="2"/><circle cx="31" cy="27" r="2"/></g><circle cx="24" cy="12" r="2" fill="#9266cc"/>',
  '👀': '<g fill="#f5f8fa" stroke="#99aab5" stroke-width="1.6"><ellipse cx="9.5" cy="18" rx="7.5" ry="12"/><ellipse cx="26.5" cy="18" rx="7.5" ry="12"/></g><g fill="#292f33"><ellipse cx="7" cy="19" rx="3.5" ry="5"/><ellipse cx="24" cy="19" rx="3.5" ry="5"/></g>',
  '🔥': '<path fill="#f4900c" d="M18 1c2 6 11 10 11 21a11 11 0 0 1-22 1c0-5 2.5-7 3.5-11 2 1 3 2.5 3.5 4.5C17 12 18.5 7 18 1z"/><path fill="#ffcc4d" d="M18.5 16c.5 3.5 5.5 6 5.5 11a6 6 0 0 1-12 .5c0-3 1.5-4.5 2.5-6.5 1 .5 1.5 1.2 2 2.2 1.3-2 2.2-4.2 2-7.2z"/>',
  '🔒': '<path fill="none" stroke="#aab8c2" stroke-width="4" d="M10 17v-6a8 8 0 0 1 16 0v6"/><rect x="5" y="15" width="26" height="19" rx="3.5" fill="#ffac33"/><circle cx="18" cy="23" r="2.8" fill="#664500"/><path stroke="#664500" stroke-width="2.8" stroke-linecap="round" d="M18 24v5"/>',
  '🔓': '<path fill="none" stroke="#aab8c2" stroke-width="4" d="M10 17v-7a8 8 0 0 1 15.5-3"/><rect x="5" y="15" width="26" height="19" rx="3.5" fill="#ffac33"/><circle cx="18" cy="23" r="2.8" fill="#664500"/><path stroke="#664500" stroke-width="2.8" stroke-linecap="round" d="M18 24v5"/>',
  '🚩': '<path stroke="#66757f" stroke-width="3.6" stroke-linecap="round" d="M7 3.5v30"/><path fill="#dd2e44" d="M9 5l22 8.5L9 22z"/>',
  '📊': '<rect width="36" height="36" rx="5" fill="#ccd6dd"/><path fill="#5c913b" d="M6 14h6v17H6z"/><path fill="#3b88c3" d="M15 6h6v25h-6z"/><path fill="#dd2e44" d="M24 19h6v12h-6z"/>',
  '🚫': '<circle cx="18" cy="18" r="14.5" fill="none" stroke="#dd2e44" stroke-width="5"/><path stroke="#dd2e44" stroke-width="5" d="M8 8l20 20"/>',
  '🪙': '<circle cx="18" cy="18" r="16" fill="#f4900c"/><circle cx="18" cy="18" r="13" fill="#ffcc4d"/><path fill="#f4900c" d="M18 9l2.3 6.7L27 18l-6.7 2.3L18 27l-2.3-6.7L9 18l6.7-2.3z"/>',
};

/** `1️⃣` and its like: a digit on a key. */
export function keycapDrawing(digit: string): string {
  return `<rect width="36" height="36" rx="7" fill="#3b88c3"/><text x="18" y="27.5" text-anchor="middle" font-family="Arial,Helvetica,sans-serif" font-weight="700" font-size="27" fill="#fff">${digit}</text>`;
}
