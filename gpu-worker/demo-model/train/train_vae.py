"""Trains the VAE on crops of the drawings, then whitens its latents.

    python train_vae.py --minutes 20 --drawings work --out work/vae.pt [--from ../base]"""
import argparse
import math
import os
import time

os.environ['OMP_NUM_THREADS'] = '1'

import numpy as np
import torch
from torch import Tensor

from data_parallel import Optimiser, SharedWeights, run
from dataset import open_drawings
from vae_network import Vae, fold_whitening
from weights import read_weights

CROP, BATCH = 64, 16


def as_input(pixels: np.ndarray) -> Tensor:
    """uint8 [n, h, w, 3] to float32 [n, 3, h, w] from -1 to 1."""
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 127.5 - 1


def slopes(x: Tensor) -> tuple[Tensor, Tensor]:
    return x[..., 1:, :] - x[..., :-1, :], x[..., 1:] - x[..., :-1]


def loss_of(vae: Vae, x: Tensor) -> tuple[Tensor, float]:
    """The loss and the mean squared error. KL is slight: it only has to keep the latents from running away."""
    mean, logvar = (part.float() for part in vae.encode(x.bfloat16()))
    logvar = logvar.clamp(-12, 4)
    y = vae.decode((mean + torch.exp(0.5 * logvar) * torch.randn_like(mean)).bfloat16()).float()
    edges = sum((a - b).abs().mean() for a, b in zip(slopes(y), slopes(x), strict=True))
    squared = ((y - x) ** 2).mean()
    divergence = 0.5 * (mean ** 2 + logvar.exp() - 1 - logvar).mean()
    return (y - x).abs().mean() + 0.5 * edges + 2 * squared + 1e-5 * divergence, float(squared.detach())


def work(rank: int, shared: SharedWeights) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(options.seed + rank)
    rng = np.random.default_rng(options.seed + rank)
    pictures = open_drawings(options.drawings, 'train').pixels
    vae, optimiser = shared.networks[0], Optimiser(shared, rank, average=0.995)
    start, step, squared = time.time(), 0, None
    while True:
        if rank == 0:
            shared.done[0] = step / options.steps if options.steps else (time.time() - start) / 60 / options.minutes
        shared.barrier.wait()
        done = float(shared.done[0])
        if done >= 1:
            break
        top, left = rng.integers(0, 9, 2) * 8
        picks = np.sort(rng.integers(0, len(pictures), BATCH))
        x = as_input(pictures[picks][:, top:top + CROP, left:left + CROP])
        loss, error = loss_of(vae, x.flip(3) if rng.random() < 0.5 else x)
        loss.backward()
        optimiser.step(options.rate * min(1, (step + 1) / 40) * (0.5 + 0.5 * math.cos(math.pi * done)) + 1e-5)
        squared = error if squared is None else 0.97 * squared + 0.03 * error
        step += 1
        if rank == 0 and step % 50 == 0:
            print(f'{step} {(time.time() - start) / 60:.1f} min, PSNR {10 * math.log10(4 / squared):.2f} dB, {time.process_time():.0f} CPU s', flush=True)
        if rank == 0 and step % 200 == 0:
            shared.save(f'{options.out}.raw')
    if rank == 0:
        shared.save(f'{options.out}.raw')


def main() -> None:
    torch.manual_seed(options.seed)
    vae = Vae()
    if options.start:
        vae.load_state_dict(read_weights(f'{options.start}/vae/diffusion_pytorch_model.fp16.safetensors'))
    run(work, SharedWeights([vae]))
    vae = Vae()
    vae.load_state_dict(torch.load(f'{options.out}.raw')[0])
    with torch.no_grad():
        pixels = open_drawings(options.drawings, 'train').pixels
        fold_whitening(vae, torch.cat([vae.encode(as_input(pixels[i:i + 32]))[0] for i in range(0, 640, 32)]))
    torch.save([vae.state_dict()], options.out)


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--drawings', default='work')
    parser.add_argument('--out', default='work/vae.pt')
    parser.add_argument('--from', dest='start', help='a base folder to start from')
    parser.add_argument('--minutes', type=float, default=20)
    parser.add_argument('--steps', type=int, default=0, help='instead of minutes: the same run again, step by step')
    parser.add_argument('--rate', type=float, default=8e-4)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    main()
