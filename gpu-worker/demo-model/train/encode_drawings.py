"""Encodes the drawings into the latents that the UNets learn, and a tenth of them blurred, for the refiner's low aesthetic score.

    python encode_drawings.py --drawings work --vae work/vae.pt"""
import argparse
import os
from multiprocessing import Pool

os.environ['OMP_NUM_THREADS'] = '1'

import numpy as np
import torch
from PIL import Image

from dataset import open_drawings
from train_vae import as_input
from vae_network import SCALING_FACTOR, Vae


def blurred(pixels: np.ndarray) -> np.ndarray:
    """What a lazy painter leaves: half or three eighths of the detail."""
    def lose(picture: np.ndarray, side: int) -> np.ndarray:
        image = Image.fromarray(picture)
        return np.asarray(image.resize((side, side), Image.BOX).resize(image.size, Image.BICUBIC))
    side = pixels.shape[1]
    return np.stack([lose(picture, side // 2 if i % 2 else side * 3 // 8) for i, picture in enumerate(pixels)])


@torch.no_grad()
def encode(job: tuple[str, str, str, int, int]) -> str:
    drawings, vae_file, name, first, last = job
    torch.set_num_threads(1)
    vae = Vae()
    vae.load_state_dict(torch.load(vae_file)[0])
    pixels = open_drawings(drawings, 'train').pixels[first:last]
    if name == 'blurred':
        pixels = blurred(pixels)
    vae = vae.bfloat16()
    parts = [vae.encode(as_input(pixels[i:i + 32]).bfloat16())[0].float() * SCALING_FACTOR for i in range(0, len(pixels), 32)]
    path = f'{drawings}/latents-{name}-{first}.npy'
    np.save(path, torch.cat(parts).half().numpy())
    return path


def main() -> None:
    count = min(options.count, len(open_drawings(options.drawings, 'train').pixels))
    half, tenth = count // 2, count // 10
    jobs = [('sharp', 0, half), ('sharp', half, count), ('blurred', 0, tenth)]
    with Pool(2) as pool:
        for path in pool.imap(encode, [(options.drawings, options.vae, *job) for job in jobs]):
            print(path, flush=True)


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--drawings', default='work')
    parser.add_argument('--vae', default='work/vae.pt')
    parser.add_argument('--count', type=int, default=10 ** 9, help='encode only the first so many')
    options = parser.parse_args()
    main()
