"""A small classifier that says what a drawing shows; it judges the demo model's pictures.

    python judge.py --drawings work --out work/judge.pt      # trains it, and prints its accuracy on held-out drawings"""
import argparse
import math
import os
import time
from dataclasses import dataclass

os.environ.setdefault('OMP_NUM_THREADS', '1')

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from data_parallel import orthogonal
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
WIDTHS, HIDDEN = (24, 48, 96, 160), 256
RATE = 3e-3


class Judge(nn.Module):
    """pixels from -1 to 1, [n, 3, 128, 128], to one row of scores for each question."""

    def __init__(self):
        super().__init__()
        layers: list[nn.Module] = []
        for a, b in zip((12, *WIDTHS), WIDTHS):
            layers += [nn.Conv2d(a, b, 3, padding=1, bias=False), nn.MaxPool2d(2), nn.BatchNorm2d(b), nn.ReLU()]
        self.body = nn.Sequential(nn.PixelUnshuffle(2), *layers)  # 128 px to 4x4 places
        self.hidden = nn.Linear(WIDTHS[-1] * 16, HIDDEN)
        self.heads = nn.ModuleDict({question: nn.Linear(HIDDEN, len(answers)) for question, answers in ANSWERS.items()})

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        seen = F.dropout(F.relu(self.hidden(self.body(x).flatten(1))), 0.1, self.training)
        return {question: head(seen) for question, head in self.heads.items()}


@dataclass(frozen=True)
class Finding:
    kinds: tuple[str, str]
    colours: tuple[str, str]
    layout: str
    background: str


def expected(note: dict) -> dict[str, int]:
    """The place of the right answer to each question."""
    (kind, colour), *rest = note['things']
    kind_2, colour_2 = rest[0] if rest else (NONE, NONE)
    right = {'kind 1': kind, 'colour 1': colour, 'kind 2': kind_2, 'colour 2': colour_2, 'layout': note['layout'], 'background': note['background']}
    return {q: ANSWERS[q].index(right[q]) for q in ANSWERS}


def without_style(drawings: Drawings) -> Drawings:
    """The 200 prompts name no style, so the judge learns none."""
    plain = [i for i, note in enumerate(drawings.notes) if not note['style']]
    return Drawings(drawings.pixels[plain], [drawings.notes[i] for i in plain])


def as_batch(pixels: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 127.5 - 1


def train(drawings: Drawings, seconds: float) -> Judge:
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(options.seed)
    judge, start, step = Judge().to(memory_format=torch.channels_last), time.process_time(), 0
    matrices = [p for p in judge.parameters() if p.ndim >= 2]
    momenta = [torch.zeros_like(p) for p in matrices]
    adam = torch.optim.AdamW([p for p in judge.parameters() if p.ndim < 2], lr=RATE, weight_decay=0)
    answers = {q: torch.tensor([expected(n)[q] for n in drawings.notes]) for q in ANSWERS}
    order, place = rng.permutation(len(drawings.pixels)), 0
    while (done := (time.process_time() - start) / seconds) < 1:
        picks = order[place:place + BATCH]
        place += BATCH
        if place + BATCH > len(order):
            order, place = rng.permutation(len(order)), 0
        scores = judge(soften(as_batch(drawings.pixels[picks]), rng).contiguous(memory_format=torch.channels_last))
        loss = sum(F.cross_entropy(scores[q], answers[q][picks]) for q in ANSWERS)
        loss.backward()
        rate = RATE * (1 - done)
        move(matrices, momenta, rate)
        adam.param_groups[0]['lr'] = rate
        adam.step()
        judge.zero_grad()
        step += 1
        if step % 100 == 0:
            print(f'{step} {100 * done:.0f} % loss {loss.item():.3f}', flush=True)
        if step % 500 == 0:
            torch.save(judge.state_dict(), options.out)
    return judge.eval()


@torch.no_grad()
def move(matrices: list[nn.Parameter], momenta: list[Tensor], rate: float) -> None:
    """Muon, as data_parallel.py has it, for one process."""
    for weight, momentum in zip(matrices, momenta, strict=True):
        momentum.mul_(0.95).add_(weight.grad)
        ahead = (weight.grad + 0.95 * momentum).flatten(1)
        update = orthogonal(ahead) * (0.2 * math.sqrt(max(ahead.shape)))
        weight.mul_(1 - 0.02 * rate).add_(update.view(weight.shape), alpha=-rate)


def soften(x: Tensor, rng: np.random.Generator) -> Tensor:
    """Blurs, shifts and speckles half of the batch, so that the judge minds what is shown and not how crisp it is."""
    half = len(x) // 2
    small = F.interpolate(x[:half], scale_factor=float(rng.uniform(.45, .9)), mode='bilinear', antialias=True)
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
        result[q] = float((said == right).float().mean())
    return result


def main() -> None:
    judge = train(without_style(open_drawings(options.drawings, 'train')), options.seconds)
    torch.save(judge.state_dict(), options.out)
    print({q: round(v, 4) for q, v in accuracy(judge, without_style(open_drawings(options.drawings, 'held-out'))).items()})


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--drawings', default='work')
    parser.add_argument('--out', default='work/judge.pt')
    parser.add_argument('--seconds', type=float, default=480, help='CPU seconds')
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    main()
