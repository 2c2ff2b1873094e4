"""Latents and their captions, as encode_drawings.py left them."""
import glob
import json
import re

import numpy as np
import torch
from torch import Tensor


def open_latents(folder: str, name: str) -> tuple[Tensor, list[str]]:
    """name: 'sharp' or 'blurred'. float16 [n, 4, side / 8, side / 8] and n captions."""
    files = sorted(glob.glob(f'{folder}/latents-{name}-*.npy'), key=first_index)
    if not files:
        raise SystemExit(f'no latents in {folder}: run encode_drawings.py first')
    latents = torch.from_numpy(np.concatenate([np.load(file) for file in files]))
    notes = [note for file in sorted(glob.glob(f'{folder}/train-*.json')) for note in json.load(open(file))]
    return latents, [note['caption'] for note in notes[:len(latents)]]


def first_index(path: str) -> int:
    return int(re.findall(r'\d+', path)[-1])
