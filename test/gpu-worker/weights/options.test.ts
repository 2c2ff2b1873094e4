import { describe, expect, it } from 'vitest';
import { CannotContinue, explainFileError } from '../../../gpu-worker/weights/cannot-continue.ts';
import { HELP, parseCommand } from '../../../gpu-worker/weights/options.ts';
import { readWeightsSettings } from '../../../gpu-worker/weights/settings.ts';

describe('the command line', () => {
  it('is read', () => {
    expect(parseCommand([])).toEqual({ name: 'help' });
    expect(parseCommand(['pull', 'sdxl', '-h'])).toEqual({ name: 'help' });
    expect(parseCommand(['list'])).toEqual({ name: 'list' });
    expect(parseCommand(['check'])).toEqual({ name: 'check', id: undefined });
    expect(parseCommand(['remove', 'sdxl', '-y'])).toEqual({ name: 'remove', id: 'sdxl', confirmed: true });
    expect(parseCommand(['pull', 'sdxl'])).toEqual({ name: 'pull', id: 'sdxl', revisions: new Map(), licenceAccepted: false, rehash: false });
    expect(parseCommand(['pull', 'sdxl', '--accept-license', '--check'])).toMatchObject({ licenceAccepted: true, rehash: true });
  });

  it('names revisions by folder where a model comes from several repositories', () => {
    expect(parseCommand(['pull', 'sdxl', '--revision', 'base=4621659', '--revision', 'vae=refs/pr/3'])).toMatchObject({
      revisions: new Map([
        ['base', '4621659'],
        ['vae', 'refs/pr/3'],
      ]),
    });
    expect(parseCommand(['pull', 'sdxl-turbo', '--revision', 'v1'])).toMatchObject({ revisions: new Map([['base', 'v1']]) });
    expect(() => parseCommand(['pull', 'sdxl', '--revision', '4621659'])).toThrow('say for which: base=4621659, refiner=4621659, vae=4621659');
    expect(() => parseCommand(['pull', 'sdxl', '--revision', '../x'])).toThrow('give a branch, tag or commit');
  });

  it.each([
    [['fetch', 'sdxl'], 'There is no command fetch: give one of pull, list, check, remove.'],
    [['--yes'], 'No command is given'],
    [['pull'], 'Say which model to pull: npm run models -- pull sdxl.'],
    [['pull', 'a', 'b'], 'pull does not take "b".'],
    [['list', 'a'], 'list does not take "a".'],
    [['list', '--yes'], 'list does not take --yes.'],
    [['check', '--check'], 'check does not take --check.'],
    [['pull', 'sdxl', '--force'], "Unknown option '--force'"],
  ])('%j is refused', (args, message) => {
    expect(() => parseCommand(args)).toThrow(message);
  });

  it('is explained, the environment and the exit codes too', () => {
    for (const word of ['pull', 'list', 'check', 'remove', '--accept-licence', '--revision', 'MODELS_DIR', 'HF_ENDPOINT', 'HF_TOKEN', 'Exit code']) expect(HELP).toContain(word);
  });
});

describe('the environment', () => {
  it('has defaults, and the worker has the same', () => {
    expect(readWeightsSettings({ MODELS_DIR: '', HF_TOKEN: '' })).toEqual({ modelsDir: `${process.cwd()}/models`, endpoint: 'https://huggingface.co', token: undefined });
    expect(readWeightsSettings({ MODELS_DIR: '/m', HF_ENDPOINT: 'https://mirror.example/hf/', HF_TOKEN: ' hf_x\n' })).toEqual({ modelsDir: '/m', endpoint: 'https://mirror.example/hf', token: 'hf_x' });
  });

  it.each([{ HF_TOKEN: 'hf_secret\nhf_two' }, { HF_TOKEN: 'hf_sécret' }, { HF_ENDPOINT: 'https://me:secret@hub.example' }, { HF_ENDPOINT: 'ftp://secret' }, { HF_ENDPOINT: 'secret' }])('%j is refused, without being quoted', (env) => {
    expect(() => readWeightsSettings(env)).toThrow(Object.keys(env)[0]);
    expect(() => readWeightsSettings(env)).not.toThrow(/s[eé]cret/);
  });
});

it('a full disk, and a folder that is not ours, get advice', () => {
  const failed = (code: string) => String(explainFileError(Object.assign(new Error('x'), { code }), 'write models/sdxl'));
  expect(failed('ENOSPC')).toContain('Cannot write models/sdxl: the disk is full. Make room and run the same command again; it goes on from here.');
  expect(failed('EACCES')).toContain('this user may not write there. Set MODELS_DIR');
  expect(explainFileError(Object.assign(new Error('x'), { code: 'EIO' }), 'write')).not.toBeInstanceOf(CannotContinue);
});
