"""A small classifier that says what a drawing shows; it judges the demo model's pictures.

    python judge.py --drawings work --out work/judge.pt      # trains it, and prints its accuracy on held-out drawings"""
import argparse
import os
import time
from dataclasses import dataclass

os.environ.setdefault('OMP_NUM_THREADS', '1')

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dataset import Drawings, open_drawings
from objects import KINDS
from palette import COLOURS

NONE = 'none'
ANSWERS = {
    'kind 1': KINDS, 'colour 1': COLOURS, 'kind 2': (*KINDS, NONE), 'colour 2': (*COLOURS, NONE),
    'layout': ('single', 'beside', 'stacked', 'inside', 'several'),
    'background': (*COLOURS, 'paper', *(f'{g}/{s}' for g in ('grass', 'hill', 'snow', 'desert', 'sea', 'road') for s in ('day', 'sun', 'sunset', 'night'))),
}
BATCH = 64


class Judge(nn.Module):
    """pixels from -1 to 1, [n, 3, 128, 128], to one row of scores for each question."""

    def __init__(self):
        super().__init__()
        widths = (12, 24, 48, 96, 128)
        layers: list[nn.Module] = []
        for a, b in zip((12, *widths), widths):
            layers += [nn.Conv2d(a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU(), nn.MaxPool2d(2)]
        self.body = nn.Sequential(nn.PixelUnshuffle(2), *layers)  # 128 px to 2x2 places
        self.heads = nn.ModuleDict({question: nn.Linear(128 * 4, len(answers)) for question, answers in ANSWERS.items()})

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        seen = F.dropout(self.body(x).flatten(1), 0.2, self.training)
        return {question: head(seen) for question, head in self.heads.items()}


@dataclass(frozen=True)
class Finding:
    kinds: tuple[str, str]
    colours: tuple[str, str]
    layout: str
    background: str


def expected(note: dict) -> dict[str, int]:
    """The right answer to each question, -1 where nobody asks (a styled picture has no background colour of its own)."""
    (kind, colour), *rest = note['things']
    kind_2, colour_2 = rest[0] if rest else (NONE, NONE)
    right = {'kind 1': kind, 'colour 1': colour, 'kind 2': kind_2, 'colour 2': colour_2, 'layout': note['layout'], 'background': note['background']}
    silent = {'pencil sketch': ('colour 1', 'colour 2', 'background'), 'neon sign': ('background', 'colour 1', 'colour 2')}.get(note['style'], ())
    return {q: -1 if q in silent else ANSWERS[q].index(right[q]) for q in ANSWERS}


def as_batch(pixels: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 127.5 - 1


def train(drawings: Drawings, seconds: float) -> Judge:
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    judge, start, step = Judge(), time.process_time(), 0
    optimiser = torch.optim.AdamW(judge.parameters(), lr=3e-3, weight_decay=1e-3)
    answers = {q: torch.tensor([expected(n)[q] for n in drawings.notes]) for q in ANSWERS}
    while (done := (time.process_time() - start) / seconds) < 1:
        for group in optimiser.param_groups:
            group['lr'] = 3e-3 * (1 - done) + 1e-5
        picks = rng.integers(0, len(drawings.pixels), BATCH)
        x = soften(as_batch(drawings.pixels[picks]), rng)
        scores = judge(x)
        loss = sum(F.cross_entropy(scores[q], answers[q][picks], ignore_index=-1) for q in ANSWERS)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        if step % 100 == 0:
            print(f'{step} loss {loss.item():.3f}', flush=True)
    return judge.eval()


def soften(x: Tensor, rng: np.random.Generator) -> Tensor:
    """Blurs, shifts and speckles half of the batch, so that the judge minds what is shown and not how crisp it is."""
    half = len(x) // 2
    small = F.interpolate(x[:half], scale_factor=float(rng.uniform(.3, .8)), mode='bilinear', antialias=True)
    blurred = F.interpolate(small, size=x.shape[-2:], mode='bilinear')
    x = torch.cat([blurred, x[half:]])
    dy, dx = (int(v) for v in rng.integers(-4, 5, 2))
    return torch.roll(x, (dy, dx), (2, 3)) + torch.randn_like(x) * float(rng.uniform(0, .12))


@torch.no_grad()
def look(judge: Judge, pixels: np.ndarray) -> list[Finding]:
    """pixels: uint8 [n, 128, 128, 3]."""
    findings = []
    for i in range(0, len(pixels), BATCH):
        best = {q: s.argmax(1).tolist() for q, s in judge(as_batch(pixels[i:i + BATCH])).items()}
        for k in range(len(pixels[i:i + BATCH])):
            said = {q: ANSWERS[q][best[q][k]] for q in ANSWERS}
            findings.append(Finding((said['kind 1'], said['kind 2']), (said['colour 1'], said['colour 2']), said['layout'], said['background']))
    return findings


def accuracy(judge: Judge, drawings: Drawings) -> dict[str, float]:
    with torch.no_grad():
        scores = [judge(as_batch(drawings.pixels[i:i + BATCH])) for i in range(0, len(drawings.pixels), BATCH)]
    result = {}
    for q in ANSWERS:
        right = torch.tensor([expected(note)[q] for note in drawings.notes])
        said = torch.cat([s[q] for s in scores]).argmax(1)
        result[q] = float((said == right)[right >= 0].float().mean())
    return result


def main() -> None:
    judge = train(open_drawings(options.drawings, 'train'), options.seconds)
    torch.save(judge.state_dict(), options.out)
    print({q: round(v, 4) for q, v in accuracy(judge, open_drawings(options.drawings, 'held-out')).items()})


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--drawings', default='work')
    parser.add_argument('--out', default='work/judge.pt')
    parser.add_argument('--seconds', type=float, default=150, help='CPU seconds')
    options = parser.parse_args()
    main()
