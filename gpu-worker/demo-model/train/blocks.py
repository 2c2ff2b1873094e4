"""Pieces that the VAE and the UNets share. Attribute names are those of diffusers' state dicts, so that weights need no renaming."""
import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Group(nn.Module):
    """A bag of named parts, as diffusers nests them (mid_block.resnets.0 …)."""


class ResnetBlock(nn.Module):
    def __init__(self, inside: int, outside: int, groups: int, eps: float, time: int = 0):
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, inside, eps)
        self.conv1 = nn.Conv2d(inside, outside, 3, padding=1)
        if time:
            self.time_emb_proj = nn.Linear(time, outside)
        self.norm2 = nn.GroupNorm(groups, outside, eps)
        self.conv2 = nn.Conv2d(outside, outside, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)  # every block starts as the identity
        nn.init.zeros_(self.conv2.bias)
        if inside != outside:
            self.conv_shortcut = nn.Conv2d(inside, outside, 1)

    def forward(self, x: Tensor, time: Tensor | None = None) -> Tensor:
        """time: the embedding after its SiLU, [n, time]."""
        h = self.conv1(F.silu(self.norm1(x)))
        if time is not None:
            h = h + self.time_emb_proj(time)[:, :, None, None]
        h = self.conv2(F.silu(self.norm2(h)))
        return h + (self.conv_shortcut(x) if hasattr(self, 'conv_shortcut') else x)


class Downsample(nn.Module):
    def __init__(self, channels: int, padded: bool):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2, padding=1 if padded else 0)
        self.padded = padded

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x if self.padded else F.pad(x, (0, 1, 0, 1)))  # the VAE pads right and below only


class Upsample(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.interpolate(x, scale_factor=2.0, mode='nearest'))


def attend(q: Tensor, k: Tensor, v: Tensor, heads: int, mask: Tensor | float = 0.0) -> Tensor:
    """q: [n, a, width], k and v: [n, b, width]. Written out: torch's fused kernel is four times slower backwards in bf16 on a CPU."""
    n, a, width = q.shape
    size = width // heads

    def split(x: Tensor) -> Tensor:
        return x.view(n, -1, heads, size).transpose(1, 2).reshape(n * heads, -1, size)

    weights = torch.softmax(torch.bmm(split(q), split(k).transpose(1, 2)) * size ** -0.5 + mask, -1)
    return torch.bmm(weights, split(v)).view(n, heads, a, size).transpose(1, 2).reshape(n, a, width)
