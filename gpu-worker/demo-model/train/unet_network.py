"""The UNet of SDXL (UNet2DConditionModel), in small."""
import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from blocks import Downsample, Group, ResnetBlock, Upsample, attend

EPS = 1e-5


@dataclass(frozen=True)
class UNetShape:
    context: int  # width of the prompt embeds
    pooled: int  # width of the pooled prompt embeds
    ids: int  # how many time ids
    channels: tuple[int, ...] = (48, 96, 160)
    attention: tuple[bool, ...] = (False, True, True)
    heads: tuple[int, ...] = (2, 3, 5)
    groups: int = 16
    id_width: int = 32
    latents: int = 4


class Attention(nn.Module):
    def __init__(self, width: int, context: int, heads: int):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k = nn.Linear(context, width, bias=False)
        self.to_v = nn.Linear(context, width, bias=False)
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        return self.to_out[0](attend(self.to_q(x), self.to_k(context), self.to_v(context), self.heads))


class GeGlu(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.proj = nn.Linear(width, width * 8)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.proj(x).chunk(2, -1)
        return value * F.gelu(gate)


class TransformerBlock(nn.Module):
    def __init__(self, width: int, context: int, heads: int):
        super().__init__()
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width) for _ in range(3))
        self.attn1 = Attention(width, width, heads)
        self.attn2 = Attention(width, context, heads)
        self.ff = Group()
        self.ff.net = nn.ModuleList([GeGlu(width), nn.Identity(), nn.Linear(width * 4, width)])

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        h = self.norm1(x)
        x = x + self.attn1(h, h)
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff.net[2](self.ff.net[0](self.norm3(x)))


class Transformer(nn.Module):
    def __init__(self, width: int, context: int, heads: int, groups: int):
        super().__init__()
        self.norm = nn.GroupNorm(groups, width, 1e-6)
        self.proj_in = nn.Linear(width, width)
        self.transformer_blocks = nn.ModuleList([TransformerBlock(width, context, heads)])
        self.proj_out = nn.Linear(width, width)
        nn.init.normal_(self.proj_out.weight, std=1e-3)
        nn.init.zeros_(self.proj_out.bias)

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        n, c, h, w = x.shape
        tokens = self.proj_in(self.norm(x).permute(0, 2, 3, 1).reshape(n, h * w, c))
        tokens = self.transformer_blocks[0](tokens, context)
        return x + self.proj_out(tokens).view(n, h, w, c).permute(0, 3, 1, 2)


class Embedding(nn.Module):
    def __init__(self, inside: int, outside: int):
        super().__init__()
        self.linear_1, self.linear_2 = nn.Linear(inside, outside), nn.Linear(outside, outside)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear_2(F.silu(self.linear_1(x)))


def sinusoid(values: Tensor, width: int) -> Tensor:
    """[n] to [n, width], cosines first (flip_sin_to_cos, freq_shift 0)."""
    rates = torch.exp(-math.log(10000) * torch.arange(width // 2, dtype=torch.float32) / (width // 2))
    angles = values.float()[:, None] * rates[None]
    return torch.cat([angles.cos(), angles.sin()], 1)


class UNet(nn.Module):
    def __init__(self, shape: UNetShape):
        super().__init__()
        self.shape = shape
        channels, time = shape.channels, shape.channels[0] * 4
        last = len(channels) - 1
        self.conv_in = nn.Conv2d(shape.latents, channels[0], 3, padding=1)
        self.time_embedding = Embedding(channels[0], time)
        self.add_embedding = Embedding(shape.pooled + shape.ids * shape.id_width, time)
        self.down_blocks = nn.ModuleList()
        for level, width in enumerate(channels):
            block = self.block(level, [(channels[max(level - 1, 0)], width)], time)
            if level < last:
                block.downsamplers = nn.ModuleList([Downsample(width, padded=True)])
            self.down_blocks.append(block)
        self.mid_block = self.block(last, [(channels[-1], channels[-1])] * 2, time, attentions=1)
        self.up_blocks = nn.ModuleList()
        for level in range(last, -1, -1):
            above, width, below = channels[min(level + 1, last)], channels[level], channels[max(level - 1, 0)]
            block = self.block(level, [(above + width, width), (width + below, width)], time)
            if level > 0:
                block.upsamplers = nn.ModuleList([Upsample(width)])
            self.up_blocks.append(block)
        self.conv_norm_out = nn.GroupNorm(shape.groups, channels[0], EPS)
        self.conv_out = nn.Conv2d(channels[0], shape.latents, 3, padding=1)
        nn.init.zeros_(self.conv_out.weight)
        nn.init.zeros_(self.conv_out.bias)

    def block(self, level: int, widths: list[tuple[int, int]], time: int, attentions: int | None = None) -> Group:
        shape, group = self.shape, Group()
        group.resnets = nn.ModuleList(ResnetBlock(a, b, shape.groups, EPS, time) for a, b in widths)
        if shape.attention[level]:
            count = len(widths) if attentions is None else attentions
            group.attentions = nn.ModuleList(
                Transformer(shape.channels[level], shape.context, shape.heads[level], shape.groups) for _ in range(count))
        return group

    def forward(self, x: Tensor, timestep: Tensor, context: Tensor, pooled: Tensor, ids: Tensor) -> Tensor:
        """x: [n, 4, h, w]; timestep: [n]; context: [n, tokens, context]; pooled: [n, pooled]; ids: [n, ids]. Predicts the noise."""
        kind = self.conv_in.weight.dtype
        extra = torch.cat([pooled, sinusoid(ids.reshape(-1), self.shape.id_width).view(len(x), -1).to(kind)], 1)
        time = self.time_embedding(sinusoid(timestep, self.shape.channels[0]).to(kind))
        time = F.silu(time + self.add_embedding(extra))
        h = self.conv_in(x)
        skips = [h]
        for block in self.down_blocks:
            for j, resnet in enumerate(block.resnets):
                h = attended(block, j, resnet(h, time), context)
                skips.append(h)
            if hasattr(block, 'downsamplers'):
                h = block.downsamplers[0](h)
                skips.append(h)
        mid = self.mid_block
        h = mid.resnets[1](mid.attentions[0](mid.resnets[0](h, time), context), time)
        for block in self.up_blocks:
            for j, resnet in enumerate(block.resnets):
                h = attended(block, j, resnet(torch.cat([h, skips.pop()], 1), time), context)
            if hasattr(block, 'upsamplers'):
                h = block.upsamplers[0](h)
        return self.conv_out(F.silu(self.conv_norm_out(h)))


def attended(block: Group, index: int, x: Tensor, context: Tensor) -> Tensor:
    return block.attentions[index](x, context) if hasattr(block, 'attentions') else x
