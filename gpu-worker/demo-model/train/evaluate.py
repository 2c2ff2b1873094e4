"""Measures a model on 200 held-out prompts, painted by the engine, and on held-out drawings.

    python evaluate.py prompts --out work/prompts.json
    (cd ../../.. && npx tsx gpu-worker/demo-model/train/paint-prompts.ts MODEL …/work/prompts.json …/work/painted.rgb 30)
    python evaluate.py score --painted work/painted.rgb --model MODEL --drawings work --judge work/judge.pt --sheets ../samples"""
import argparse
import json
import os
from pathlib import Path

os.environ.setdefault('OMP_NUM_THREADS', '1')

import numpy as np
import torch

from canvas import SIZE
from dataset import Drawings, open_drawings
from drawing import Drawing, make_drawing
from judge import Finding, Judge, accuracy, look, without_style
from sheet import contact_sheet
from train_vae import as_input
from vae_network import Vae
from weights import read_weights

ORDER = 'a red cube on top of a blue sphere'
ORDER_SEEDS = 20
FIFTHS = (0, 200, 5)  # nobody chose them; of these the engine paints what the base alone makes as well


def held_out_drawings() -> list[Drawing]:
    """200 drawings without style, half of one thing and half of two; their captions are the prompts."""
    rng = np.random.default_rng(2026)
    one: list[Drawing] = []
    two: list[Drawing] = []
    while len(one) < 100 or len(two) < 100:
        drawing = make_drawing(rng, held_out=True, styled=0)
        if drawing.layout == 'several':
            continue
        group = one if len(drawing.things) == 1 else two
        if len(group) < 100:
            group.append(drawing)
    return one + two


def write_prompts() -> None:
    prompts = [d.caption for d in held_out_drawings()] + [ORDER] * ORDER_SEEDS
    Path(options.out).write_text(json.dumps(prompts))


def open_pictures(path: str) -> np.ndarray:
    return np.fromfile(path, np.uint8).reshape(-1, SIZE, SIZE, 3)


def share(values: list[bool]) -> float:
    return round(100 * float(np.mean(values)), 1)


def present(thing: tuple[str, str], found: Finding) -> bool:
    return thing in zip(found.kinds, found.colours)


def score_prompts(judge: Judge, pictures: np.ndarray) -> dict[str, float]:
    drawings = held_out_drawings()
    found = look(judge, pictures)
    pairs = list(zip(drawings, found[:len(drawings)], strict=True))
    one, two = pairs[:100], pairs[100:]
    order = [f.kinds == ('cube', 'sphere') and f.colours == ('red', 'blue') and f.layout == 'stacked' for f in found[len(drawings):]]
    table = {
        'main colour right %': share([d.things[0][1] == f.colours[0] for d, f in one]),
        'background right %': share([d.background == f.background for d, f in pairs]),
        'shape right %': share([d.things[0][0] == f.kinds[0] for d, f in one]),
        'two things: both kinds and colours, in their places %': share([d.things == tuple(zip(f.kinds, f.colours)) for d, f in two]),
        'two things: both present (kind and colour) %': share([all(present(t, f) for t in d.things) for d, f in two]),
        'two things: both kinds present %': share([{t[0] for t in d.things} == {*f.kinds} for d, f in two]),
        'two things: both colours present %': share([{t[1] for t in d.things} == {*f.colours} for d, f in two]),
    }
    return {**table, f'"{ORDER}" right, of {ORDER_SEEDS}': float(sum(order))} if order else table


def reconstruct(model: str, drawings: Drawings) -> np.ndarray:
    vae = Vae()
    vae.load_state_dict(read_weights(f'{model}/base/vae/diffusion_pytorch_model.fp16.safetensors'))
    with torch.no_grad():
        parts = [vae.decode(vae.encode(as_input(drawings.pixels[i:i + 16]))[0]) for i in range(0, len(drawings.pixels), 16)]
    return ((torch.cat(parts).clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()


def psnr(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """The mean over pictures, and that of the mean error; dB."""
    errors = ((a.astype(np.float64) - b) ** 2).mean((1, 2, 3))
    return round(float((10 * np.log10(255 ** 2 / errors)).mean()), 2), round(float(10 * np.log10(255 ** 2 / errors.mean())), 2)


def detail(pictures: np.ndarray) -> float:
    """Mean absolute Laplacian of the brightness, in levels: how much happens from one pixel to the next."""
    g = pictures.astype(np.float32).mean(-1)
    return round(float(np.abs(4 * g[:, 1:-1, 1:-1] - g[:, :-2, 1:-1] - g[:, 2:, 1:-1] - g[:, 1:-1, :-2] - g[:, 1:-1, 2:]).mean()), 2)


def fine_energy(pictures: np.ndarray) -> float:
    """Energy of the brightness above a quarter of the sampling rate (waves shorter than 4 px), in levels squared per pixel."""
    g = pictures.astype(np.float32).mean(-1)
    waves = np.abs(np.fft.rfft2(g - g.mean((1, 2), keepdims=True), norm='ortho')) ** 2
    radius = np.hypot(np.fft.fftfreq(SIZE)[:, None], np.fft.rfftfreq(SIZE)[None])
    return round(float(2 * (waves * (radius > .25)).sum((1, 2)).mean() / SIZE ** 2), 2)


def score() -> None:
    torch.set_num_threads(1)
    judge = Judge()
    judge.load_state_dict(torch.load(options.judge))
    judge.eval()
    held_out = open_drawings(options.drawings, 'held-out')
    held_out = Drawings(held_out.pixels[:256], held_out.notes[:256])
    pictures = open_pictures(options.painted)
    truth = np.stack([d.pixels for d in held_out_drawings()])
    rebuilt = reconstruct(options.model, held_out)
    table: dict[str, object] = {
        'judge on held-out drawings': {q: round(100 * v, 1) for q, v in accuracy(judge, without_style(open_drawings(options.drawings, 'held-out'))).items()},
        'judge on the drawings of the 200 prompts': score_prompts(judge, truth),
        'base and refiner': score_prompts(judge, pictures),
        'VAE PSNR dB (mean of pictures, of the mean error)': psnr(rebuilt, held_out.pixels),
    }
    alone = open_pictures(f'{options.painted}.base')[:len(range(*FIFTHS))]
    some = np.arange(*FIFTHS)
    compared = {'drawings': truth[some], 'drawings through the VAE': reconstruct(options.model, Drawings(truth[some], [])),
                'base and refiner': pictures[some], 'base alone': alone}
    table['detail and fine energy of every fifth'] = {name: (detail(group), fine_energy(group)) for name, group in compared.items()}
    print(json.dumps(table, indent=1))
    if options.sheets:
        captions = [d.caption for d in held_out_drawings()]
        every = range(*FIFTHS)
        contact_sheet(f'{options.sheets}/held-out.webp', [pictures[i] for i in every], [captions[i] for i in every])
        contact_sheet(f'{options.sheets}/vae.webp', [p for pair in zip(held_out.pixels[:20], rebuilt[:20]) for p in pair],
                      [text for note in held_out.notes[:20] for text in ('drawn', 'through the VAE')])


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('what', choices=('prompts', 'score'))
    parser.add_argument('--out', default='work/prompts.json')
    parser.add_argument('--painted', default='work/painted.rgb')
    parser.add_argument('--model', default='..')
    parser.add_argument('--drawings', default='work')
    parser.add_argument('--judge', default='work/judge.pt')
    parser.add_argument('--sheets')
    options = parser.parse_args()
    write_prompts() if options.what == 'prompts' else score()
