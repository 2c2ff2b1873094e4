import { describe, expect, it } from 'vitest';
import { formatBytes, formatSeconds } from '../../../gpu-worker/weights/byte-size.ts';
import { TransferProgress } from '../../../gpu-worker/weights/transfer-progress.ts';

function watched(isTTY: boolean, columns = 80) {
  let written = '';
  let now = 0;
  const output = { isTTY, columns, write: (text: string) => (written += text) };
  const progress = new TransferProgress(output, { total: 10e9, done: 1e9 }, () => now);
  return { progress, written: () => written, pass: (milliseconds: number) => (now += milliseconds) };
}

/** What a terminal's last line shows. */
// oxlint-disable-next-line no-control-regex
const lastLine = (text: string) => (text.split('\u001B[K').at(-1) ?? '').replaceAll(/\u001B\[\d+m/g, '');

describe('a transfer', () => {
  it('draws a bar on a terminal, with rate and time left, in a line that does not wrap', () => {
    const { progress, written, pass } = watched(true);
    progress.begin('refiner/text_encoder_2');
    for (let second = 1; second <= 4; second++) {
      pass(1000);
      progress.move(100e6);
    }
    expect(lastLine(written())).toBe('refiner/text_encoder_2 █░░░░ 14 %  1.4 GB of 10.0 GB  100 MB/s  1 min 26 s left');
    expect(lastLine(written()).length).toBeLessThan(80);
    progress.end();
    expect(lastLine(written())).toBe('');
  });

  it('takes the rate of the last ten seconds, and does not count what came before', () => {
    const { progress, written, pass } = watched(true, 120);
    progress.begin('x');
    for (let second = 1; second <= 60; second++) {
      pass(1000);
      progress.move(second <= 40 ? 1e6 : 50e6);
    }
    expect(lastLine(written())).toContain('50.0 MB/s');
  });

  it('takes back what counts no more', () => {
    const { progress, written, pass } = watched(true, 120);
    progress.begin('x');
    progress.move(-1e9);
    pass(1000);
    progress.begin('x');
    expect(lastLine(written())).toContain('0 %  0.0 kB of 10.0 GB  0.0 kB/s  waiting');
  });

  it('writes a line now and then where there is no terminal, without colours', () => {
    const { progress, written, pass } = watched(false);
    progress.begin('base/unet/model.safetensors');
    for (let i = 0; i < 900; i++) {
      pass(100);
      progress.move(10e6);
    }
    const lines = written().trim().split('\n');
    expect(lines).toHaveLength(9);
    expect(lines[0]).toBe('20 %  2.0 GB of 10.0 GB  100 MB/s  1 min 20 s left: base/unet/model.safetensors');
    expect(written()).not.toContain('\u001B');
  });

  it('stirs every minute when it is slow', () => {
    const { progress, written, pass } = watched(false);
    progress.begin('x');
    for (let i = 0; i < 125; i++) {
      pass(1000);
      progress.move(1e3);
    }
    expect(written().trim().split('\n')).toHaveLength(2);
  });
});

it('sizes and times read easily', () => {
  expect([599, 1000, 606_000, 5_135_149_760, 13_345_000_000].map(formatBytes)).toEqual(['0.6 kB', '1.0 kB', '606 kB', '5.1 GB', '13.3 GB']);
  expect([0.2, 59.5, 61, 3599, 3700].map(formatSeconds)).toEqual(['1 s', '1 min 00 s', '1 min 01 s', '59 min 59 s', '1 h 01 min']);
});
