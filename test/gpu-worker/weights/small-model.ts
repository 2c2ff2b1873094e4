import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CATALOGUE } from '../../../gpu-worker/weights/catalogue.ts';
import { safetensorsBytes } from '../sdxl/safetensors/write-safetensors.ts';
import type { Repos } from './fake-hub.ts';

/** Begins and ends as SDXL 1.0's licence does, in fewer words. */
export const LICENCE_TEXT = `Copyright (c) 2023 Stability AI CreativeML Open RAIL++-M License dated July 26, 2023

Section I: PREAMBLE …the use-based restrictions of Attachment A apply…

END OF TERMS AND CONDITIONS

Attachment A Use Restrictions
You agree not to use the Model or Derivatives of the Model:
In any way that violates any applicable national, federal, state, local or
international law or regulation; For the purpose of exploiting, harming or attempting to
exploit or harm minors in any way; To provide medical advice and medical results
interpretation.
`;

const README = '---\nlicense: mit\ntags:\n- stable-diffusion\n---\n# A VAE\n';

/** Bytes of the largest files of `smallRepos`: UNets and LoRAs. */
export const LARGE_BYTES = 300_000;

/** The repositories of a catalogue entry, with every file that a pull wants and some that it should leave, all small. */
export function smallRepos(id: string): Repos {
  const repos: Repos = new Map();
  for (const { repo, files } of entryOf(id).sources) {
    const contents = files.map((path) => [path, smallFile(repo, path)] as const);
    repos.set(repo, new Map([...contents, ['unet/diffusion_pytorch_model.safetensors', Buffer.alloc(10)], ['01.png', Buffer.alloc(10)], ['vae_1_0/config.json', Buffer.from('{}')]]));
  }
  return repos;
}

/** The demo model, in the place of what a catalogue entry names. */
export async function demoRepos(id: string): Promise<Repos> {
  const root = join(import.meta.dirname, '../../../gpu-worker/demo-model');
  const repos: Repos = new Map();
  for (const { folder, repo, files } of entryOf(id).sources) {
    const from = folder === 'vae' ? 'base/vae' : folder;
    const names = (await readdir(join(root, from), { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
    const contents = await Promise.all(names.map(async (each) => [join(each.parentPath, each.name).slice(join(root, from).length + 1), await readFile(join(each.parentPath, each.name))] as const));
    // The fp16-fix VAE's file is called otherwise.
    const renamed = contents.map(([path, content]) => [folder === 'vae' ? path.replace('.fp16', '') : path, content] as const);
    repos.set(repo, new Map([...renamed, ...files.filter((path) => path.endsWith('.md')).map((path) => [path, smallFile(repo, path)] as const)]));
  }
  return repos;
}

function smallFile(repo: string, path: string): Buffer {
  if (path === 'LICENSE.md') return Buffer.from(LICENCE_TEXT);
  if (path === 'README.md') return Buffer.from(README);
  if (!path.endsWith('.safetensors')) return Buffer.from(`{"of":"${path}"}\n`);
  // As in SDXL, base and refiner share their second text encoder, and no other large file.
  const name = path.startsWith('text_encoder_2') ? path : `${repo}/${path}`;
  const bytes = /^(unet|pytorch_lora)/.test(path) ? LARGE_BYTES : 4000;
  const header = { [name]: { dtype: 'U8', shape: [bytes], data_offsets: [0, bytes] } };
  const data = Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + name.length + (i >> 8)) & 0xff);
  return safetensorsBytes(header, data);
}

function entryOf(id: string) {
  const entry = CATALOGUE.find((each) => each.id === id);
  if (!entry) throw new Error(`no ${id}`);
  return entry;
}
