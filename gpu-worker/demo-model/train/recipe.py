"""What the base and the refiner are made of, and how their texts and noise are prepared."""
import torch
from torch import Tensor

from text_network import TextEncoder, TextShape
from tokenizer import END, Tokenizer
from unet_network import UNet, UNetShape

SIZE = 128  # px
END_ID = 1043
FIRST_TEXT = TextShape(width=64, layers=3, heads=2, activation='quick_gelu', projection=0, pad=END_ID)
SECOND_TEXT = TextShape(width=96, layers=2, heads=3, activation='gelu', projection=96, pad=0)
BASE = UNetShape(context=FIRST_TEXT.width + SECOND_TEXT.width, pooled=SECOND_TEXT.projection, ids=6)
REFINER = UNetShape(context=SECOND_TEXT.width, pooled=SECOND_TEXT.projection, ids=5)
BASE_IDS = (SIZE, SIZE, 0, 0, SIZE, SIZE)
HANDOVER = 200  # the refiner learns the timesteps below this one
CAPTION_PLACES = 28  # every caption fits, and attention is causal: fewer than 77 places give the same text states

# SDXL's schedule: 1000 steps, scaled linear.
SIGNAL = torch.cumprod(1 - torch.linspace(0.00085 ** 0.5, 0.012 ** 0.5, 1000, dtype=torch.float64) ** 2, 0).float()
SNR = SIGNAL / (1 - SIGNAL)


def base_networks() -> tuple[UNet, TextEncoder, TextEncoder]:
    return UNet(BASE), TextEncoder(FIRST_TEXT), TextEncoder(SECOND_TEXT)


def token_ids(tokenizer: Tokenizer, captions: list[str], shape: TextShape, places: int = CAPTION_PLACES) -> Tensor:
    return torch.tensor([tokenizer.encode(caption, shape.pad, places) for caption in captions])


def noised(latents: Tensor, timesteps: Tensor) -> tuple[Tensor, Tensor]:
    """latents at the noise of timesteps, and that noise."""
    noise = torch.randn_like(latents)
    signal = SIGNAL[timesteps].view(-1, 1, 1, 1)
    return signal.sqrt() * latents + (1 - signal).sqrt() * noise, noise


assert Tokenizer().vocabulary[END] == END_ID
