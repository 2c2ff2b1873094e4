"""The twelve colours the demo model knows, as sRGB bytes."""
import numpy as np

PALETTE = {
    'red': (218, 38, 40), 'orange': (245, 132, 28), 'yellow': (250, 214, 44), 'green': (44, 164, 64),
    'blue': (38, 88, 216), 'purple': (132, 52, 176), 'pink': (250, 132, 188), 'brown': (126, 78, 42),
    'black': (24, 24, 28), 'white': (246, 246, 246), 'gray': (136, 138, 142), 'cyan': (52, 205, 220),
}
COLOURS = tuple(PALETTE)

Colour = tuple[int, int, int]


def paint(name: str, rng: np.random.Generator, spread: float = 5.0) -> Colour:
    """A named colour with a little of the unevenness of real paint."""
    return clip(np.array(PALETTE[name]) + rng.normal(0, spread, 3))


def darker(colour: Colour, factor: float = 0.65) -> Colour:
    return clip(np.array(colour) * factor)


def lighter(colour: Colour, share: float = 0.4) -> Colour:
    return clip(np.array(colour) * (1 - share) + 255 * share)


def is_dark(colour: Colour) -> bool:
    return float(np.dot(colour, (0.299, 0.587, 0.114))) < 80


def clip(values: np.ndarray) -> Colour:
    red, green, blue = (int(v) for v in np.clip(np.rint(values), 0, 255))
    return red, green, blue
