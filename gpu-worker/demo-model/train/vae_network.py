"""The VAE (AutoencoderKL): 8 px a latent, 4 latents."""
from torch import Tensor, nn
from torch.nn import functional as F

import torch

from blocks import Downsample, Group, ResnetBlock, Upsample, attend

SCALING_FACTOR = 0.13025
CHANNELS = (16, 16, 32, 64)
LATENTS = 4
GROUPS = 2  # more groups on 16 channels destroy absolute colour
EPS = 1e-6


class PixelAttention(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.group_norm = nn.GroupNorm(GROUPS, channels, EPS)
        self.to_q, self.to_k, self.to_v = (nn.Linear(channels, channels) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])
        nn.init.zeros_(self.to_out[0].weight)

    def forward(self, x: Tensor) -> Tensor:
        h = self.group_norm(x).flatten(2).transpose(1, 2)
        h = self.to_out[0](attend(self.to_q(h), self.to_k(h), self.to_v(h), 1))
        return x + h.transpose(1, 2).reshape(x.shape)


def mid_block(channels: int) -> Group:
    block = Group()
    block.resnets = nn.ModuleList(ResnetBlock(channels, channels, GROUPS, EPS) for _ in range(2))
    block.attentions = nn.ModuleList([PixelAttention(channels)])
    return block


def run_mid(block: Group, x: Tensor) -> Tensor:
    return block.resnets[1](block.attentions[0](block.resnets[0](x)))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_in = nn.Conv2d(3, CHANNELS[0], 3, padding=1)
        self.down_blocks = nn.ModuleList()
        for level, channels in enumerate(CHANNELS):
            block = Group()
            block.resnets = nn.ModuleList([ResnetBlock(CHANNELS[max(level - 1, 0)], channels, GROUPS, EPS)])
            if level < len(CHANNELS) - 1:
                block.downsamplers = nn.ModuleList([Downsample(channels, padded=False)])
            self.down_blocks.append(block)
        self.mid_block = mid_block(CHANNELS[-1])
        self.conv_norm_out = nn.GroupNorm(GROUPS, CHANNELS[-1], EPS)
        self.conv_out = nn.Conv2d(CHANNELS[-1], 2 * LATENTS, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv_in(x)
        for block in self.down_blocks:
            x = block.resnets[0](x)
            if hasattr(block, 'downsamplers'):
                x = block.downsamplers[0](x)
        return self.conv_out(F.silu(self.conv_norm_out(run_mid(self.mid_block, x))))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        widths = CHANNELS[::-1]
        self.conv_in = nn.Conv2d(LATENTS, widths[0], 3, padding=1)
        self.mid_block = mid_block(widths[0])
        self.up_blocks = nn.ModuleList()
        for level, channels in enumerate(widths):
            block = Group()
            block.resnets = nn.ModuleList([ResnetBlock(widths[max(level - 1, 0)], channels, GROUPS, EPS), ResnetBlock(channels, channels, GROUPS, EPS)])
            if level < len(widths) - 1:
                block.upsamplers = nn.ModuleList([Upsample(channels)])
            self.up_blocks.append(block)
        self.conv_norm_out = nn.GroupNorm(GROUPS, widths[-1], EPS)
        self.conv_out = nn.Conv2d(widths[-1], 3, 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        x = run_mid(self.mid_block, self.conv_in(z))
        for block in self.up_blocks:
            for resnet in block.resnets:
                x = resnet(x)
            if hasattr(block, 'upsamplers'):
                x = block.upsamplers[0](x)
        return self.conv_out(F.silu(self.conv_norm_out(x)))


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()
        self.quant_conv = nn.Conv2d(2 * LATENTS, 2 * LATENTS, 1)
        self.post_quant_conv = nn.Conv2d(LATENTS, LATENTS, 1)
        for part in self.modules():
            start_as_resize(part)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x: [n, 3, h, w] from -1 to 1. Returns mean and logvar, each [n, 4, h/8, w/8], not yet times SCALING_FACTOR."""
        mean, logvar = self.quant_conv(self.encoder(x)).chunk(2, 1)
        return mean, logvar.clamp(-30, 20)

    def decode(self, z: Tensor) -> Tensor:
        """z: latents already divided by SCALING_FACTOR."""
        return self.decoder(self.post_quant_conv(z))


def start_as_resize(part: nn.Module) -> None:
    """Resampling and shortcuts start near plain averaging and copying: from random ones training takes far longer."""
    with torch.no_grad():
        if isinstance(part, Upsample):
            nn.init.dirac_(part.conv.weight).add_(torch.randn_like(part.conv.weight) * 0.02)
            nn.init.zeros_(part.conv.bias)
        elif isinstance(part, Downsample):
            part.conv.weight.normal_(0, 0.02)
            diagonal = torch.arange(len(part.conv.weight))
            part.conv.weight[diagonal, diagonal, :2, :2] += 0.25
            nn.init.zeros_(part.conv.bias)
        elif isinstance(part, ResnetBlock) and hasattr(part, 'conv_shortcut'):
            nn.init.dirac_(part.conv_shortcut.weight).add_(torch.randn_like(part.conv_shortcut.weight) * 0.05)
            nn.init.zeros_(part.conv_shortcut.bias)


def fold_whitening(vae: Vae, means: Tensor) -> None:
    """Makes every latent channel times SCALING_FACTOR mean 0 and deviation 1 without changing any picture, by folding it into
    the two 1x1 convolutions. means: [n, 4, h, w], encoded from a sample of the drawings."""
    centre = means.mean((0, 2, 3))
    width = means.std((0, 2, 3)) * SCALING_FACTOR
    with torch.no_grad():
        quant, post = vae.quant_conv, vae.post_quant_conv
        quant.weight[:LATENTS] /= width[:, None, None, None]
        quant.bias[:LATENTS] = (quant.bias[:LATENTS] - centre) / width
        quant.bias[LATENTS:] -= 2 * width.log()
        post.bias += post.weight[:, :, 0, 0] @ centre
        post.weight *= width[None, :, None, None]
