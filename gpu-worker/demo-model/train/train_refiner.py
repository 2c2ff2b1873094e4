"""Trains the refiner from the finished base: its UNet only, on the timesteps below the hand-over; and, since it also raises finished
pictures to a larger size (SDEdit), on some larger drawings and some timesteps beyond.

    python train_refiner.py --minutes 10 --drawings work --larger work/large --base work/base.pt --out work/refiner.pt"""
import argparse
import os
import random
import time
from dataclasses import dataclass

os.environ['OMP_NUM_THREADS'] = '1'

import torch
from torch import Tensor

from data_parallel import Optimiser, SharedWeights, run
from latents import open_latents
from recipe import FIRST_TEXT, HANDOVER, REFINER, SECOND_TEXT, SIZE, SNR, noised, token_ids
from reword import reword
from text_network import TextEncoder
from tokenizer import Tokenizer
from unet_network import UNet, sinusoid

BATCH = 24
LARGER_BATCH, LARGER_EVERY = 12, 3  # every third step is of larger drawings, of which fewer fit into the same time
RAISING, RAISING_SHARE = 350, 0.25  # SDEdit starts above the hand-over; so do this many of the timesteps
GOOD, POOR = 6.0, 2.5  # SDXL's aesthetic scores for the prompt and the negative prompt


def from_base(base: dict[str, Tensor]) -> dict[str, Tensor]:
    """The base's UNet as a refiner: it hears the second text encoder only and gets a score in place of the target size."""
    weights, width = dict(base), REFINER.id_width
    for name in base:
        if 'attn2.to_k' in name or 'attn2.to_v' in name:
            weights[name] = base[name][:, FIRST_TEXT.width:].clone()
    first = base['add_embedding.linear_1.weight']
    known = REFINER.pooled + 4 * width
    target = sinusoid(torch.tensor([float(SIZE)]), width)[0]
    weights['add_embedding.linear_1.bias'] = base['add_embedding.linear_1.bias'] + (first[:, known:known + width] + first[:, known + width:]) @ target
    weights['add_embedding.linear_1.weight'] = torch.cat([first[:, :known], torch.zeros(len(first), width)], 1)
    return weights


@dataclass(frozen=True)
class Lesson:
    """Drawings of one size. sharp, blurred: float16 [n, 4, side / 8, side / 8]; captions of the sharp ones, and the blurred ones' first."""
    side: int
    batch: int
    sharp: Tensor
    blurred: Tensor
    captions: list[str]


def open_lesson(folder: str, batch: int) -> Lesson:
    (sharp, captions), (blurred, _) = open_latents(folder, 'sharp'), open_latents(folder, 'blurred')
    return Lesson(sharp.shape[-1] * 8, batch, sharp, blurred, captions)


def draw_timesteps(count: int) -> Tensor:
    highest = torch.where(torch.rand(count) < RAISING_SHARE, RAISING, HANDOVER)
    return (torch.rand(count) * highest).long()


def work(rank: int, shared: SharedWeights) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(options.seed + rank)
    words = random.Random(options.seed + rank)
    unet, text = shared.networks[0], TextEncoder(SECOND_TEXT)
    text.load_state_dict(torch.load(options.base)[2])
    text = text.bfloat16()
    optimiser, tokenizer = Optimiser(shared, rank, average=0.998, decay=0.01), Tokenizer()
    native = open_lesson(options.drawings, BATCH)
    larger = open_lesson(options.larger, LARGER_BATCH) if options.larger else native
    start, step, mean = time.time(), 0, None
    while True:
        if rank == 0:
            shared.done[0] = step / options.steps if options.steps else (time.time() - start) / 60 / options.minutes
        shared.barrier.wait()
        done = float(shared.done[0])
        if done >= 1:
            break
        lesson = larger if step % LARGER_EVERY == LARGER_EVERY - 1 else native
        poor = torch.arange(lesson.batch) < lesson.batch // 5
        picks = [words.randrange(len(lesson.blurred if is_poor else lesson.sharp)) for is_poor in poor.tolist()]
        clean = torch.stack([(lesson.blurred if is_poor else lesson.sharp)[i] for i, is_poor in zip(picks, poor.tolist(), strict=True)]).float()
        score = torch.where(poor, POOR, GOOD) + 0.3 * torch.randn(lesson.batch)
        texts = ['' if words.random() < 0.1 else reword(lesson.captions[i], words) for i in picks]  # the refiner encodes the empty prompt
        with torch.no_grad():
            context, pooled = text(token_ids(tokenizer, texts, SECOND_TEXT))
        timesteps = draw_timesteps(lesson.batch)
        x, noise = noised(clean, timesteps)
        ids = torch.cat([torch.tensor([[lesson.side, lesson.side, 0, 0]], dtype=torch.float32).expand(lesson.batch, 4), score[:, None]], 1)
        predicted = unet(x.bfloat16(), timesteps, context, pooled, ids).float()
        error = ((predicted - noise) ** 2).mean((1, 2, 3))
        loss = (error * (5 / SNR[timesteps]).clamp(max=1)).mean()
        loss.backward()
        optimiser.step(options.rate * min(1, (step + 1) / 40) * (1 - done))
        mean = loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
        step += 1
        if rank == 0 and step % 50 == 0:
            print(f'{step} {(time.time() - start) / 60:.1f} min, loss {mean:.4f}, {time.process_time():.0f} CPU s', flush=True)
            shared.save(options.out)
    if rank == 0:
        shared.save(options.out)


def main() -> None:
    torch.manual_seed(options.seed)
    unet = UNet(REFINER)
    unet.load_state_dict(torch.load(options.begun)[0] if options.begun else from_base(torch.load(options.base)[0]))
    run(work, SharedWeights([unet], options.processes))


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--drawings', default='work')
    parser.add_argument('--larger', help='a folder of encoded drawings larger than the native size')
    parser.add_argument('--base', default='work/base.pt')
    parser.add_argument('--from', dest='begun', help='a refiner that an earlier run saved, trained for this very base')
    parser.add_argument('--out', default='work/refiner.pt')
    parser.add_argument('--minutes', type=float, default=10)
    parser.add_argument('--steps', type=int, default=0, help='instead of minutes: the same run again, step by step')
    parser.add_argument('--rate', type=float, default=5e-4)
    parser.add_argument('--processes', type=int, default=2)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    main()
