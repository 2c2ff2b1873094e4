"""The 22 objects: bold, upright and always drawn alike, because a small model learns few poses well."""
import numpy as np

from canvas import Brush, arc
from palette import PALETTE, Colour, darker, is_dark, lighter

INK: Colour = (26, 26, 30)
WOOD: Colour = (112, 70, 38)
GLASS: Colour = (196, 228, 248)
LEAF: Colour = (52, 150, 58)
CREAM: Colour = (244, 234, 212)
PI = np.pi


def star_points(inner: float = 0.46) -> np.ndarray:
    angle = -PI / 2 + np.arange(10) * PI / 5
    reach = np.where(np.arange(10) % 2 == 0, 1.0, inner)
    return np.stack([reach * np.cos(angle), reach * np.sin(angle) + 0.06], 1)


def heart_points() -> np.ndarray:
    t = np.linspace(0, 2 * PI, 60)
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
    return np.stack([16 * np.sin(t) ** 3, y + 2], 1) / 15.5


def moon_points() -> np.ndarray:
    outer = arc(0.15, 0, 1, 1, PI * 0.32, PI * 1.68)
    inner = arc(0.62, 0, 0.78, 0.86, PI * 1.66, PI * 0.34)
    return np.concatenate([outer, inner])


def hexagon_points() -> np.ndarray:
    return arc(0, 0, 1, 1, 0, 2 * PI, 7)


CROSS = [(-.36, -1), (.36, -1), (.36, -.36), (1, -.36), (1, .36), (.36, .36), (.36, 1), (-.36, 1), (-.36, .36),
         (-1, .36), (-1, -.36), (-.36, -.36)]
FLAT = {
    'circle': arc(0, 0, 1, 1, 0, 2 * PI, 64),
    'square': [(-.88, -.88), (.88, -.88), (.88, .88), (-.88, .88)],
    'triangle': [(0, -.95), (1.05, .85), (-1.05, .85)],
    'star': star_points(),
    'heart': heart_points(),
    'moon': moon_points(),
    'cross': CROSS,
    'diamond': [(0, -1), (.74, 0), (0, 1), (-.74, 0)],
    'hexagon': hexagon_points(),
}


def ring(b: Brush, c: Colour) -> None:
    outer, inner = arc(0, 0, 1, 1, 0, 2 * PI, 64), arc(0, 0, .52, .52, 2 * PI, 0, 64)
    b.polygon(np.concatenate([outer, inner]), c)


def cube(b: Brush, c: Colour) -> None:
    b.polygon([(-.9, -.42), (.38, -.42), (.38, .9), (-.9, .9)], c)
    b.polygon([(-.9, -.42), (-.4, -.95), (.9, -.95), (.38, -.42)], lighter(c, .4))
    b.polygon([(.38, -.42), (.9, -.95), (.9, .38), (.38, .9)], darker(c, .6))


def sphere(b: Brush, c: Colour) -> None:
    for k in range(12):  # nested discs that wander towards the light
        t = k / 11
        shade = darker(c, .55 + .55 * t) if t < .8 else lighter(c, (t - .8) * 3)
        b.ellipse(-.32 * t, -.34 * t, 1 - .86 * t, 1 - .86 * t, shade)


def cone(b: Brush, c: Colour) -> None:
    b.polygon(np.concatenate([[(0, -1)], arc(0, .68, .88, .27, 0, PI)]), c)
    b.polygon(np.concatenate([[(0, -1)], arc(0, .68, .88, .27, 0, PI * .45, 12)]), darker(c, .68))


def house(b: Brush, c: Colour) -> None:
    roof = (150, 56, 40) if min(np.abs(np.subtract(c, (150, 56, 40)))) > 40 or c[0] < 100 else (70, 66, 84)
    if c[0] > 180 and c[1] < 80 and c[2] < 80:
        roof = (84, 60, 56)
    b.rectangle(-.74, -.12, .74, .95, c)
    b.polygon([(-1, -.08), (0, -.98), (1, -.08)], roof)
    b.rectangle(-.2, .35, .2, .95, WOOD if not is_dark(c) else CREAM)
    for x in (-.6, .3):
        b.rectangle(x, .08, x + .3, .4, GLASS)


def tree(b: Brush, c: Colour) -> None:
    b.rectangle(-.17, .2, .17, 1, WOOD)
    for x, y, r in ((-.42, .02, .46), (.42, .02, .46), (0, -.42, .56), (0, .02, .5)):
        b.ellipse(x, y, r, r, c)


def flower(b: Brush, c: Colour) -> None:
    b.rectangle(-.09, 0, .09, 1, LEAF)
    b.ellipse(.32, .68, .3, .14, LEAF)
    b.ellipse(-.32, .78, .3, .14, LEAF)
    for k in range(5):
        a = k * 2 * PI / 5 - PI / 2
        b.ellipse(.38 * np.cos(a), -.36 + .38 * np.sin(a), .32, .32, c)
    yellow = c[0] > 220 and c[1] > 150 and c[2] < 120
    b.ellipse(0, -.36, .25, .25, WOOD if yellow else PALETTE['yellow'])


def fish(b: Brush, c: Colour) -> None:
    b.polygon([(.4, 0), (1, -.58), (1, .58)], darker(c, .75))
    b.polygon([(-.3, -.4), (.15, -.85), (.3, -.3)], darker(c, .75))
    b.ellipse(-.15, 0, .84, .56, c)
    b.ellipse(-.55, -.12, .17, .17, (250, 250, 250))
    b.ellipse(-.58, -.12, .09, .09, INK)


def boat(b: Brush, c: Colour) -> None:
    b.rectangle(-.05, -.98, .05, .5, WOOD)
    b.polygon([(.1, -.95), (.9, .32), (.1, .32)], (246, 244, 236))
    b.polygon([(-.1, -.75), (-.75, .32), (-.1, .32)], (222, 220, 214))
    b.polygon([(-1, .42), (1, .42), (.66, .95), (-.66, .95)], c)


def mushroom(b: Brush, c: Colour) -> None:
    b.polygon([(-.28, .1), (.28, .1), (.36, .95), (-.36, .95)], CREAM)
    b.polygon(arc(0, .2, 1, 1.1, PI, 2 * PI), c)
    spot = (250, 250, 246) if min(c) < 200 else (190, 60, 50)
    for x, y, r in ((-.48, -.12, .18), (.02, -.48, .2), (.5, -.1, .17)):
        b.ellipse(x, y, r, r, spot)


def cat(b: Brush, c: Colour) -> None:
    for s in (-1, 1):
        b.polygon([(s * .86, -.98), (s * .92, .0), (s * .14, -.52)], c)
        b.polygon([(s * .74, -.7), (s * .78, -.25), (s * .4, -.48)], (240, 160, 172))
    b.ellipse(0, .16, .95, .8, c)
    dark = is_dark(c)
    for s in (-1, 1):
        b.ellipse(s * .4, .0, .2, .25, (238, 226, 96) if dark else (250, 250, 250))
        b.ellipse(s * .4, .02, .1, .2, INK)
    b.polygon([(-.14, .3), (.14, .3), (0, .46)], (236, 110, 134))
    line = (225, 225, 225) if dark else INK
    for s in (-1, 1):
        b.polygon([(0, .54), (s * .36, .43), (s * .36, .52), (0, .65)], line)
        for y in (.34, .54):
            b.polygon([(s * .55, y + .02), (s * 1.08, y - .06), (s * 1.08, y), (s * .55, y + .08)], line)


def car(b: Brush, c: Colour) -> None:
    b.polygon([(-.66, -.05), (-.38, -.58), (.38, -.58), (.68, -.05)], darker(c, .85))
    b.polygon([(-.5, -.06), (-.3, -.46), (-.05, -.46), (-.05, -.06)], GLASS)
    b.polygon([(.07, -.06), (.07, -.46), (.3, -.46), (.5, -.06)], GLASS)
    b.polygon([(-1, .05), (-.92, -.1), (.92, -.1), (1, .05), (1, .46), (-1, .46)], c)
    b.rectangle(.84, .06, 1, .22, (255, 236, 140))
    for x in (-.56, .56):
        b.ellipse(x, .46, .29, .29, INK)
        b.ellipse(x, .46, .13, .13, (196, 196, 200))


def face(b: Brush, c: Colour) -> None:
    b.ellipse(0, 0, 1, 1, c)
    line = CREAM if is_dark(c) else INK
    for s in (-1, 1):
        b.ellipse(s * .38, -.25, .15, .21, line)
    b.polygon(np.concatenate([arc(0, .12, .62, .56, .08 * PI, .92 * PI), arc(0, .06, .5, .36, .92 * PI, .08 * PI)]), line)


THINGS = {'house': house, 'tree': tree, 'flower': flower, 'fish': fish, 'boat': boat, 'mushroom': mushroom, 'cat': cat,
          'car': car, 'face': face}
SOLIDS = {'cube': cube, 'sphere': sphere, 'cone': cone}
DRAWN = {'ring': ring, **SOLIDS, **THINGS}
KINDS = (*FLAT, *DRAWN)

# Where an object stands on the ground, and where its top is, in its own units.
FOOT = {'car': .75, 'fish': .6, 'face': 1, 'sphere': 1, 'circle': 1, 'ring': 1, 'tree': 1, 'flower': 1, 'cross': 1,
        'square': .88, 'triangle': .85, 'hexagon': .87, 'star': .87, 'diamond': 1, 'moon': 1}
HEAD = {'car': .58, 'fish': .6, 'square': .88, 'hexagon': .87}


def foot(kind: str) -> float:
    return FOOT.get(kind, .95)


def head(kind: str) -> float:
    return HEAD.get(kind, .96)


def draw(brush: Brush, kind: str, colour: Colour) -> None:
    if kind in FLAT:
        brush.polygon(FLAT[kind], colour)
    else:
        DRAWN[kind](brush, colour)
