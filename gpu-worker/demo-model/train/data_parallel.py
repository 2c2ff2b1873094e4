"""Two processes of one thread each that share one set of weights: on two busy cores faster than one process of two threads.

Weights are float32 and held in shared memory; each process works on a bfloat16 copy that is shared as well. A step averages the
gradients of all processes; each process updates the share of the weights that it owns."""
import math
import os
from collections.abc import Callable, Sequence

import torch
import torch.multiprocessing as multiprocessing
from torch import Tensor, nn

Work = Callable[[int, 'SharedWeights'], None]


class SharedWeights:
    def __init__(self, networks: Sequence[nn.Module], processes: int = 2):
        self.networks, self.processes = list(networks), processes
        named = [(f'{i}.{name}', p) for i, network in enumerate(self.networks) for name, p in network.named_parameters()]
        self.names = [name for name, _ in named]
        self.master = [p.detach().clone().float().contiguous().share_memory_() for _, p in named]
        self.average = [w.clone().share_memory_() for w in self.master]
        for network in self.networks:
            network.to(torch.bfloat16).share_memory()
        self.working = [p for network in self.networks for p in network.parameters()]
        self.gradients = [[torch.zeros_like(w).share_memory_() for w in self.master] for _ in range(processes)]
        self.norms = torch.zeros(processes).share_memory_()
        self.done = torch.zeros(1).share_memory_()
        self.barrier = multiprocessing.Barrier(processes)

    def save(self, path: str, use: str = 'average') -> None:
        """Writes {network index: state dict} of float32 weights, atomically."""
        weights = dict(zip(self.names, getattr(self, use), strict=True))
        parts = [{n.split('.', 1)[1]: w.clone() for n, w in weights.items() if n.startswith(f'{i}.')} for i in range(len(self.networks))]
        torch.save(parts, f'{path}.part')
        os.replace(f'{path}.part', path)


class Optimiser:
    """Muon (https://kellerjordan.github.io/posts/muon/) for matrices, AdamW for everything else and for the outermost layers.

    Muon's updates are scaled to AdamW's size (https://arxiv.org/abs/2502.16982), so one learning rate serves both."""

    def __init__(self, shared: SharedWeights, rank: int, average: float, decay: float = 0.0, clip: float = 1.0):
        self.shared, self.rank, self.decay_average, self.decay, self.clip, self.steps = shared, rank, average, decay, clip, 0
        loads = [0] * shared.processes
        self.matrices: list[int] = []
        others: list[int] = []
        for i in sorted(range(len(shared.master)), key=lambda i: -shared.master[i].numel()):
            lightest = loads.index(min(loads))
            loads[lightest] += shared.master[i].numel()
            if lightest == rank:
                outermost = any(word in shared.names[i] for word in ('conv_in', 'conv_out', '_embedding.weight', 'quant_conv'))
                (self.matrices if shared.master[i].ndim >= 2 and not outermost else others).append(i)
        self.momentum = {i: torch.zeros_like(shared.master[i]) for i in self.matrices}
        self.others = others
        self.adam = torch.optim.AdamW([shared.master[i] for i in others], betas=(0.9, 0.99), weight_decay=decay, foreach=True)

    @torch.no_grad()
    def step(self, rate: float) -> float:
        """Averages the gradients, moves the weights, returns the gradient's norm."""
        shared = self.shared
        for parameter, gradient in zip(shared.working, shared.gradients[self.rank], strict=True):
            gradient.zero_() if parameter.grad is None else gradient.copy_(parameter.grad)
            parameter.grad = None
        shared.barrier.wait()
        own = self.matrices + self.others
        mean = {i: sum(g[i] for g in shared.gradients) / shared.processes for i in own}
        shared.norms[self.rank] = sum(float((g * g).sum()) for g in mean.values())
        shared.barrier.wait()
        norm = math.sqrt(float(shared.norms.sum()))
        if math.isfinite(norm):
            scale = min(1.0, self.clip / (norm + 1e-6))
            self.steps += 1
            for i in self.matrices:
                self.move_matrix(i, mean[i] * scale, rate)
            for i in self.others:
                shared.master[i].grad = mean[i] * scale
            for group in self.adam.param_groups:
                group['lr'] = rate
            self.adam.step()
            keep = min(self.decay_average, (1 + self.steps) / (10 + self.steps))
            for i in own:
                shared.average[i].mul_(keep).add_(shared.master[i], alpha=1 - keep)
                shared.working[i].copy_(shared.master[i])
        shared.barrier.wait()
        return norm

    def move_matrix(self, i: int, gradient: Tensor, rate: float) -> None:
        momentum, weight = self.momentum[i], self.shared.master[i]
        momentum.mul_(0.95).add_(gradient)
        ahead = (gradient + 0.95 * momentum).flatten(1)
        update = orthogonal(ahead) * (0.2 * math.sqrt(max(ahead.shape)))
        weight.mul_(1 - rate * self.decay).add_(update.view_as(weight), alpha=-rate)


def orthogonal(matrix: Tensor) -> Tensor:
    """The nearest matrix whose singular values are all about 1, by five Newton-Schulz steps in bfloat16."""
    x = matrix.bfloat16()
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.T
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        square = x @ x.T
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * (square @ square)) @ x
    return (x.T if tall else x).float()


def run(work: Work, shared: SharedWeights) -> None:
    """Runs work(rank, shared) in every process; the weights are shared, so nothing needs gathering."""
    context = multiprocessing.get_context('fork')
    others = [context.Process(target=work, args=(rank, shared)) for rank in range(1, shared.processes)]
    for process in others:
        process.start()
    work(0, shared)
    for process in others:
        process.join()
    if any(process.exitcode for process in others):
        raise SystemExit('a training process failed; see its message above')
