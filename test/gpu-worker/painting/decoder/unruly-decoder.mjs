/** A decoder that does what a broken or seized one might do: its argument is `<what>:<file for its process id>`. Plain JavaScript, as it starts in no time. */
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [what, pidFile = ''] = (process.argv[2] ?? '').split(':');
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => undefined);
writeFileSync(pidFile, String(process.pid));

switch (what) {
  case 'hang':
    // As a call into a C library would: no signal and no event is heard any more.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    break;
  case 'crash':
    process.abort();
    break;
  case 'eat': {
    const eaten = [];
    for (;;) {
      eaten.push(Buffer.alloc(16 * 1024 * 1024, 1));
      await sleep(10);
    }
  }
  case 'flood':
    for (;;) {
      process.stdout.write(Buffer.alloc(1024 * 1024));
      await sleep(1);
    }
  case 'stop-short':
    process.stdout.end('too little');
    break;
  case 'tell-secrets':
    process.stdout.end(String(process.env.DISCORD_TOKEN ?? process.env.AWS_SECRET_ACCESS_KEY ?? 'none'));
    break;
}
