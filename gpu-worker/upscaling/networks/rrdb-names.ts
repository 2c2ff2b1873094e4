/** How the three generations of ESRGAN's code name one and the same network. */
export interface RrdbNames {
  /** The name in the file for one of Real-ESRGAN's, without `.weight` or `.bias`. */
  inFile(module: string): string;
  readonly blocks: number;
  /** How often the picture is doubled; undefined where the names do not tell, since there is a shuffle. */
  readonly doublings: number | undefined;
}

type Has = (name: string) => boolean;

/** Works out which naming a file has; undefined when it is no RRDB network. */
export function findRrdbNames(hasModule: Has): RrdbNames | undefined {
  if (hasModule('conv_first')) {
    if (hasModule('RRDB_trunk.0.RDB1.conv1')) return withModules(hasModule, TRUNK_NAMES);
    return hasModule('body.0.rdb1.conv1') ? withModules(hasModule, (module) => module) : undefined;
  }
  return hasModule('model.0') && hasModule('model.1.sub.0.RDB1.conv1.0') ? numbered(hasModule) : undefined;
}

function withModules(has: Has, inFile: (module: string) => string): RrdbNames {
  const doublings = countUp((i) => has(inFile(`conv_up${i + 1}`)));
  return { inFile, blocks: countUp((i) => has(inFile(`body.${i}.rdb1.conv1`))), doublings: has(inFile('conv_up')) ? undefined : doublings };
}

/** The names of 2019, in BasicSR. */
const TRUNK_NAMES = (module: string): string => {
  const block = /^body\.(\d+)\.rdb(\d)\.(conv\d)$/.exec(module);
  if (block !== null) return `RRDB_trunk.${block[1]}.RDB${block[2]}.${block[3]}`;
  return { conv_body: 'trunk_conv', conv_up1: 'upconv1', conv_up2: 'upconv2', conv_hr: 'HRconv' }[module] ?? module;
};

/** The names of 2018, where a module has the number of its place: after the trunk come, for each doubling, enlarging, convolution and activation. */
function numbered(has: Has): RrdbNames {
  const blocks = countUp((i) => has(`model.1.sub.${i}.RDB1.conv1.0`));
  const doublings = countUp((i) => has(`model.${3 * (i + 1)}`));
  return {
    blocks,
    doublings,
    inFile: (module) => {
      const block = /^body\.(\d+)\.rdb(\d)\.(conv\d)$/.exec(module);
      if (block !== null) return `model.1.sub.${block[1]}.RDB${block[2]}.${block[3]}.0`;
      const up = /^conv_up(\d)$/.exec(module);
      if (up !== null) return `model.${3 * Number(up[1])}`;
      const places: Readonly<Record<string, string>> = { conv_first: '0', conv_body: `1.sub.${blocks}`, conv_hr: String(3 * doublings + 2), conv_last: String(3 * doublings + 4) };
      return `model.${places[module] ?? module}`;
    },
  };
}

function countUp(isThere: (i: number) => boolean): number {
  let count = 0;
  while (isThere(count)) count += 1;
  return count;
}
