"""Draws the data set and opens it again.

    python dataset.py --count 24000 --out work            # the drawings to train on, in two processes
    python dataset.py --count 512 --out work --held-out   # drawings whose captions are never trained on
    python dataset.py --count 4000 --side 192 --out work/large     # what the refiner learns to raise pictures to"""
import argparse
import glob
import json
import os
from dataclasses import dataclass
from multiprocessing import Pool

import numpy as np

from canvas import SIZE, averaged
from drawing import make_drawing


@dataclass(frozen=True)
class Drawings:
    """pixels: uint8 [n, side, side, 3]; notes: caption, things, background, layout and style of each."""
    pixels: np.ndarray
    notes: list[dict]


def draw_part(job: tuple[str, str, int, int, int, int]) -> None:
    folder, part, index, count, side, seed = job
    rng = np.random.default_rng([seed, index, part == 'held-out'])
    pixels, notes = np.empty((count, side, side, 3), np.uint8), []
    for i in range(count):
        drawing = make_drawing(rng, held_out=part == 'held-out', **({} if side == SIZE else {'styled': 0}))  # styles are made for one size
        pixels[i] = averaged(drawing.drawn, side)
        notes.append({k: v for k, v in vars(drawing).items() if k != 'drawn'})
    np.save(f'{folder}/{part}-{index}.npy', pixels)
    with open(f'{folder}/{part}-{index}.json', 'w') as file:
        json.dump(notes, file)


def open_drawings(folder: str, part: str) -> Drawings:
    """part: 'train' or 'held-out'."""
    files = sorted(glob.glob(f'{folder}/{part}-*.npy'))
    if not files:
        raise SystemExit(f'no {part} drawings in {folder}: run dataset.py first')
    notes = [note for file in files for note in json.load(open(file.replace('.npy', '.json')))]
    return Drawings(np.concatenate([np.load(file) for file in files]), notes)


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--count', type=int, default=24000)
    parser.add_argument('--side', type=int, default=SIZE, choices=(SIZE, 192), help='px')
    parser.add_argument('--out', default='work')
    parser.add_argument('--held-out', action='store_true')
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    name, parts = ('held-out', 1) if options.held_out else ('train', 2)
    with Pool(parts) as pool:
        pool.map(draw_part, [(options.out, name, i, options.count // parts, options.side, options.seed) for i in range(parts)])
