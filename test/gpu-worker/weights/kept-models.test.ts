import { mkdir, readFile, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkModels } from '../../../gpu-worker/weights/check-models.ts';
import { listModels } from '../../../gpu-worker/weights/list-models.ts';
import { removeModel } from '../../../gpu-worker/weights/remove-model.ts';
import { openWorld, temporaryFolder, writtenTerminal } from './pull-world.ts';

const { signal } = new AbortController();
const LORA = 'lcm-lora-sdxl';
const WEIGHTS = 'lora/pytorch_lora_weights.safetensors';

async function pulled() {
  const world = await openWorld(LORA);
  await world.pull();
  world.said.notices = '';
  world.said.results = '';
  return { ...world, weights: join(world.modelsDir, LORA, WEIGHTS) };
}

describe('list', () => {
  it('shows what is complete, what is missing and what someone put there, and passes over everything else', async () => {
    const { modelsDir, terminal, said, weights } = await pulled();
    await rm(weights);
    await mkdir(join(modelsDir, 'mine/base'), { recursive: true });
    await writeFile(join(modelsDir, 'mine/base/model_index.json'), '{}');
    await mkdir(join(modelsDir, 'holiday-pictures'));
    await writeFile(join(modelsDir, 'notes.txt'), '');
    await listModels(modelsDir, terminal);
    const lines = said.results.split('\n');
    expect(lines[1]).toMatch(/^ {2}lcm-lora-sdxl {2}\S+ kB of 300 kB {2}1 of 2 files missing: npm run models -- pull lcm-lora-sdxl {2}CreativeML/);
    expect(lines[2]).toMatch(/^ {2}mine +not pulled with this command$/);
    expect(lines[3]).toBe('Can be pulled (npm run models -- pull ID)');
    expect(said.results).toMatch(/^ {2}sdxl {11}13\.3 GB/m);
  });

  it('says so when there is no folder of models yet', async () => {
    const { terminal, said } = writtenTerminal();
    await listModels('/nowhere/models', terminal);
    expect(said.results).toContain('No models in /nowhere/models yet.\n');
  });
});

describe('check', () => {
  it('finds a file that is missing, cut off or changed, and says what to do', async () => {
    const { modelsDir, terminal, said, weights } = await pulled();
    const check = async () => {
      said.results = '';
      const sound = await checkModels(modelsDir, LORA, terminal, signal);
      return [sound, said.results.split('\n')[0]];
    };
    expect(await check()).toEqual([true, `${LORA}: all 2 files are what was pulled`]);
    const content = await readFile(weights);
    await writeFile(weights, Buffer.from(content).fill(0, 500, 501));
    expect(await check()).toEqual([false, `${LORA}: ${WEIGHTS} has changed: its checksum (sha256) is another`]);
    expect(said.results).toContain('npm run models -- pull lcm-lora-sdxl --check fetches what is broken or missing');
    await truncate(weights, 1000);
    expect(await check()).toEqual([false, `${LORA}: ${WEIGHTS} has 1000 bytes, not ${content.length}`]);
    await rm(weights);
    expect(await check()).toEqual([false, `${LORA}: ${WEIGHTS} is missing`]);
  });

  it('reads the headers of what was not pulled, which has no checksums', async () => {
    const { modelsDir, terminal, said, weights } = await pulled();
    await mkdir(join(modelsDir, 'mine'));
    const copy = join(modelsDir, 'mine/model.safetensors');
    await writeFile(copy, await readFile(weights));
    expect(await checkModels(modelsDir, 'mine', terminal, signal)).toBe(true);
    await truncate(copy, 1000);
    expect(await checkModels(modelsDir, 'mine', terminal, signal)).toBe(false);
    expect(said.results).toMatch(/mine: model\.safetensors tensor ".*" ends at byte \d+, but the file has only 1000/);
  });

  it('does not follow a manifest out of the model', async () => {
    const { modelsDir, terminal, said } = await pulled();
    const file = join(modelsDir, LORA, 'manifest.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"README.md"', '"../../README.md"'));
    expect(await checkModels(modelsDir, LORA, terminal, signal)).toBe(false);
    expect(said.results).toContain(`${LORA}: its manifest.json is damaged`);
  });
});

describe('remove', () => {
  it('asks, and removes on a yes only', async () => {
    const { modelsDir, terminal, said } = await pulled();
    const answering = (answer: string) => ({ confirmed: false, signal, terminal: { ...terminal, ask: () => Promise.resolve(answer) } });
    expect(await removeModel(modelsDir, LORA, answering('no'))).toBe(false);
    expect(said.notices).toBe('Nothing has been removed.\n');
    await expect(removeModel(modelsDir, LORA, { confirmed: false, signal, terminal })).rejects.toThrow('run the same command with --yes');
    expect(await removeModel(modelsDir, LORA, answering('y'))).toBe(true);
    expect(await readdir(modelsDir)).toEqual([]);
  });

  it.each(['..', '.', '../models', 'a/b', '/etc', '', '~', 'a\\b', '.hidden', '-rf'])('refuses %j, which is no name of a model', async (id) => {
    const { modelsDir, terminal } = { modelsDir: await temporaryFolder(), ...writtenTerminal() };
    await expect(removeModel(modelsDir, id, { confirmed: true, terminal, signal })).rejects.toThrow('is no model id');
  });

  it('refuses a link, what was not pulled, and what is being pulled', async () => {
    const { modelsDir, terminal } = await pulled();
    const removal = { confirmed: true, terminal, signal };
    const elsewhere = await temporaryFolder();
    await writeFile(join(elsewhere, 'manifest.json'), '{}');
    await symlink(elsewhere, join(modelsDir, 'linked'));
    await mkdir(join(modelsDir, 'pictures'));
    await expect(removeModel(modelsDir, 'linked', removal)).rejects.toThrow('is no folder of');
    await expect(removeModel(modelsDir, 'pictures', removal)).rejects.toThrow('was not pulled with this command: remove it yourself');
    await expect(removeModel(modelsDir, 'nothing', removal)).rejects.toThrow('There is no model nothing');
    await writeFile(join(modelsDir, `.${LORA}.lock`), JSON.stringify({ nonce: 'x', host: 'another-host', pid: 1 }));
    await expect(removeModel(modelsDir, LORA, removal)).rejects.toThrow('is being changed by process 1 on another-host');
    expect(await readdir(elsewhere)).toEqual(['manifest.json']);
  });
});
