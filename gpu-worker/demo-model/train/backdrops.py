"""What stands behind the objects: plain colours, simple patterns, and scenes with a ground and a sky."""
import numpy as np

from canvas import SIZE, Canvas, Brush, arc
from palette import COLOURS, Colour, darker, is_dark, lighter, paint

HORIZON = 76  # px from the top, the same in every scene
PAPER: Colour = (236, 238, 232)  # behind an object whose caption names no place
Y, X = np.mgrid[0:SIZE, 0:SIZE]
PATTERNS = ('striped', 'dotted', 'checkered')

GROUNDS: dict[str, Colour] = {'grass': (84, 176, 74), 'hill': (84, 176, 74), 'snow': (240, 244, 250),
                              'desert': (232, 194, 116), 'sea': (36, 104, 190), 'road': (84, 176, 74)}
SKIES: dict[str, tuple[Colour, Colour]] = {'day': ((96, 172, 240), (190, 226, 250)), 'sun': ((96, 172, 240), (190, 226, 250)),
                                           'sunset': ((104, 66, 150), (255, 158, 78)), 'night': ((14, 18, 62), (44, 50, 110))}
DIM = {'night': 0.55, 'sunset': 0.85}


def fade(top: Colour, bottom: Colour, height: int = SIZE) -> np.ndarray:
    """uint8 [height, SIZE, 3] from top to bottom."""
    t = np.linspace(0, 1, height)[:, None, None]
    rows = np.array(top) * (1 - t) + np.array(bottom) * t
    return np.repeat(np.rint(rows).astype(np.uint8), SIZE, 1)


def plain(name: str, rng: np.random.Generator) -> Canvas:
    return Canvas(paint(name, rng))


def gradient(top: str, bottom: str, rng: np.random.Generator) -> Canvas:
    return Canvas(fade(paint(top, rng), paint(bottom, rng)))


def pattern(kind: str, name: str, rng: np.random.Generator) -> Canvas:
    """Patterns repeat every 16 px from the same corner: two latents, so that they stay crisp."""
    first = paint(name, rng)
    second = lighter(first, .35) if is_dark(first) else darker(first, .8)
    if kind == 'striped':
        mask = (X // 8) % 2
    elif kind == 'checkered':
        mask = (X // 16 + Y // 16) % 2
    else:
        mask = ((X % 16 - 7.5) ** 2 + (Y % 16 - 7.5) ** 2 < 20).astype(int)
    return Canvas(np.array([first, second], np.uint8)[mask])


def scene(ground: str, sky: str, rng: np.random.Generator) -> Canvas:
    top, bottom = SKIES[sky]
    pixels = fade(top, bottom)
    pixels[:HORIZON] = fade(top, bottom, HORIZON)
    earth = darker(GROUNDS[ground], DIM.get(sky, 1))
    pixels[HORIZON:] = fade(earth, darker(earth, .82), SIZE - HORIZON)
    canvas = Canvas(pixels)
    furnish_sky(canvas, sky, rng)
    if ground == 'hill':
        canvas.polygon(arc(64, HORIZON + 44, 88, 62, PI_LEFT, PI_RIGHT), earth)
    if ground == 'road':
        canvas.polygon(np.array([(0, 90), (SIZE, 90), (SIZE, 118), (0, 118)]), darker((96, 96, 104), DIM.get(sky, 1)))
        for x in range(8, SIZE, 32):
            canvas.polygon(np.array([(x, 102), (x + 16, 102), (x + 16, 106), (x, 106)]), (240, 234, 200))
    if ground == 'sea':
        for x, y in ((20, 88), (100, 94), (44, 118), (108, 120)):
            canvas.polygon(np.array([(x - 11, y), (x + 11, y), (x + 11, y + 3), (x - 11, y + 3)]), lighter(earth, .35))
    return canvas


PI_LEFT, PI_RIGHT = np.pi, 2 * np.pi


def furnish_sky(canvas: Canvas, sky: str, rng: np.random.Generator) -> None:
    right = rng.random() < .6
    x = (106 if right else 22) + rng.uniform(-2, 2)
    y = 22 + rng.uniform(-2, 2)
    if sky == 'sun':
        for k in range(8):
            a = k * np.pi / 4
            tip, left, rest = (np.array([x + r * np.cos(a + d), y + r * np.sin(a + d)]) for r, d in ((21, 0), (15, .22), (15, -.22)))
            canvas.polygon(np.stack([tip, left, rest]), (255, 214, 60))
        Brush(canvas, x, y, 13).ellipse(0, 0, 1, 1, (255, 216, 56))
    elif sky == 'sunset':
        Brush(canvas, x, HORIZON, 15).polygon(arc(0, 0, 1, 1, np.pi, 2 * np.pi), (255, 226, 120))
    elif sky == 'night':
        outer, inner = arc(x, y, 13, 13, np.pi * .32, np.pi * 1.68), arc(x + 6, y, 10, 11, np.pi * 1.66, np.pi * .34)
        canvas.polygon(np.concatenate([outer, inner]), (250, 244, 206))
        for sx, sy in ((12, 44), (40, 14), (64, 34), (84, 12), (116, 48)):
            Brush(canvas, sx, sy, 1.6).ellipse(0, 0, 1, 1, (255, 255, 236))
    else:
        for cx, cy in ((24, 22), (98, 30)):
            for dx, r in ((-9, 6), (0, 9), (9, 6)):
                Brush(canvas, cx + dx, cy, r).ellipse(0, 0, 1, .75, (250, 251, 253))


def other_colours(*taken: str) -> list[str]:
    return [name for name in COLOURS if name not in taken]
