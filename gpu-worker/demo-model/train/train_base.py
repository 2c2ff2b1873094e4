"""Trains the base: its UNet and both text encoders together.

    python train_base.py --minutes 60 --drawings work --out work/base.pt [--from ../base]"""
import argparse
import os
import random
import time

os.environ['OMP_NUM_THREADS'] = '1'

import torch

from data_parallel import Optimiser, SharedWeights, run
from latents import open_latents
from recipe import BASE_IDS, FIRST_TEXT, HANDOVER, SECOND_TEXT, SNR, base_networks, noised, token_ids
from reword import reword
from tokenizer import Tokenizer
from weights import read_weights

BATCH, ROUNDS = 24, 3  # in each process: that many drawings at a time, that often before a step, since Muon's step costs as much as one round
SHORT = 0.4  # share of drawings that are chosen for a short caption
EMPTY = 0.1  # share of captions that are dropped, for classifier-free guidance


def draw_timesteps(count: int) -> torch.Tensor:
    """Mostly above the hand-over, where the base alone decides what the picture shows."""
    u = torch.rand(count)
    return torch.where(torch.rand(count) < 0.12, u * HANDOVER, HANDOVER + u * (1000 - HANDOVER)).long().clamp(0, 999)


def pick(captions: list[str], words: random.Random) -> int:
    """Any drawing; two times in five the one of two that has the shorter caption, since newcomers ask for 'a cat'."""
    tries = [words.randrange(len(captions)) for _ in range(2 if words.random() < SHORT else 1)]
    return min(tries, key=lambda i: len(captions[i]))


def work(rank: int, shared: SharedWeights) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(options.seed + rank)
    words = random.Random(options.seed + rank)
    unet, first, second = shared.networks
    optimiser, tokenizer = Optimiser(shared, rank, average=0.997, decay=0.01), Tokenizer()
    latents, captions = open_latents(options.drawings, 'sharp')
    ids = torch.tensor([BASE_IDS], dtype=torch.float32).expand(BATCH, 6)
    start, step, mean = time.time(), 0, None
    while True:
        if rank == 0:
            shared.done[0] = step / options.steps if options.steps else (time.time() - start) / 60 / options.minutes
        shared.barrier.wait()
        done = float(shared.done[0])
        if done >= 1:
            break
        for _ in range(ROUNDS):
            picks = [pick(captions, words) for _ in range(BATCH)]
            texts = [reword(captions[i], words) for i in picks]
            hidden, _ = first(token_ids(tokenizer, texts, FIRST_TEXT))
            hidden_2, pooled = second(token_ids(tokenizer, texts, SECOND_TEXT))
            kept = (torch.rand(BATCH) >= EMPTY).to(pooled.dtype)  # SDXL's base knows the empty prompt as zeros
            context = torch.cat([hidden, hidden_2], -1) * kept[:, None, None]
            timesteps = draw_timesteps(BATCH)
            x, noise = noised(latents[picks].float(), timesteps)
            predicted = unet(x.bfloat16(), timesteps, context, pooled * kept[:, None], ids).float()
            error = ((predicted - noise) ** 2).mean((1, 2, 3))
            loss = (error * (1 + 1 / SNR[timesteps]).clamp(max=20)).mean()  # towards the error of the picture, not of the noise
            (loss / ROUNDS).backward()
        optimiser.step(options.rate * min(1, (step + 1) / 60) * (1 - done))
        mean = loss.item() if mean is None else 0.99 * mean + 0.01 * loss.item()
        step += 1
        if rank == 0 and step % 50 == 0:
            print(f'{step} {(time.time() - start) / 60:.1f} min, loss {mean:.4f}, {time.process_time():.0f} CPU s', flush=True)
        if rank == 0 and step % 100 == 0:
            shared.save(options.out)
    if rank == 0:
        shared.save(options.out)


def starting_weights(path: str) -> list[dict[str, torch.Tensor]]:
    """path: what this script saved, or a diffusers folder."""
    if os.path.isfile(path):
        return torch.load(path)
    return [read_weights(f'{path}/{name}.fp16.safetensors') for name in ('unet/diffusion_pytorch_model', 'text_encoder/model', 'text_encoder_2/model')]


def main() -> None:
    torch.manual_seed(options.seed)
    networks = base_networks()
    if options.start:
        for network, weights in zip(networks, starting_weights(options.start), strict=True):
            network.load_state_dict(weights)
    run(work, SharedWeights(networks, options.processes))


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--drawings', default='work')
    parser.add_argument('--out', default='work/base.pt')
    parser.add_argument('--from', dest='start', help='a base folder, or what an earlier run saved, to start from')
    parser.add_argument('--minutes', type=float, default=60)
    parser.add_argument('--steps', type=int, default=0, help='instead of minutes: the same run again, step by step')
    parser.add_argument('--rate', type=float, default=1.5e-3)
    parser.add_argument('--processes', type=int, default=2)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    main()
