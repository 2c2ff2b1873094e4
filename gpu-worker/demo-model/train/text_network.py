"""CLIP's text transformer, in small, in the two forms SDXL uses."""
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from blocks import Group, attend


@dataclass(frozen=True)
class TextShape:
    width: int
    layers: int
    heads: int
    activation: str  # 'quick_gelu' or 'gelu'
    projection: int  # 0: no pooled prompt embeds
    pad: int  # token id; fills the 77 places
    vocabulary: int = 1044
    places: int = 77


class SelfAttention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.k_proj, self.v_proj, self.q_proj, self.out_proj = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        return self.out_proj(attend(self.q_proj(x), self.k_proj(x), self.v_proj(x), self.heads, mask))


class Mlp(nn.Module):
    def __init__(self, width: int, activation: str):
        super().__init__()
        self.fc1, self.fc2, self.activation = nn.Linear(width, width * 4), nn.Linear(width * 4, width), activation

    def forward(self, x: Tensor) -> Tensor:
        h = self.fc1(x)
        return self.fc2(h * torch.sigmoid(1.702 * h) if self.activation == 'quick_gelu' else F.gelu(h))


class Layer(nn.Module):
    def __init__(self, shape: TextShape):
        super().__init__()
        self.self_attn = SelfAttention(shape.width, shape.heads)
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(shape.width), nn.LayerNorm(shape.width)
        self.mlp = Mlp(shape.width, shape.activation)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = x + self.self_attn(self.layer_norm1(x), mask)
        return x + self.mlp(self.layer_norm2(x))


class TextEncoder(nn.Module):
    def __init__(self, shape: TextShape):
        super().__init__()
        self.shape = shape
        model = self.text_model = Group()
        model.embeddings = Group()
        model.embeddings.token_embedding = nn.Embedding(shape.vocabulary, shape.width)
        model.embeddings.position_embedding = nn.Embedding(shape.places, shape.width)
        nn.init.normal_(model.embeddings.token_embedding.weight, std=0.3)
        nn.init.normal_(model.embeddings.position_embedding.weight, std=0.1)
        model.encoder = Group()
        model.encoder.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        model.final_layer_norm = nn.LayerNorm(shape.width)
        if shape.projection:
            self.text_projection = nn.Linear(shape.width, shape.projection, bias=False)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor | None]:
        """ids: [n, tokens]. The last hidden state but one, [n, tokens, width], and the pooled projection, [n, projection]."""
        model, count = self.text_model, ids.shape[1]
        x = model.embeddings.token_embedding(ids) + model.embeddings.position_embedding.weight[None, :count]
        mask = torch.full((count, count), -1e4).triu(1).to(x.dtype)
        for layer in model.encoder.layers[:-1]:
            x = layer(x, mask)
        if not self.shape.projection:
            return x, None
        end = (ids == self.shape.vocabulary - 1).int().argmax(1)
        last = model.final_layer_norm(model.encoder.layers[-1](x, mask))
        return x, self.text_projection(last[torch.arange(len(ids)), end])
