"""Makes up one captioned drawing: what a newcomer might ask for, and what the picture should then show."""
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from backdrops import GROUNDS, PAPER, PATTERNS, gradient, other_colours, pattern, plain, scene
from canvas import OVER, Brush, Canvas, averaged
from objects import DRAWN, FLAT, KINDS, SOLIDS, THINGS, draw, foot, head
from palette import COLOURS, clip, darker, paint
from styles import STYLES, restyle

USUAL = {'house': 'red', 'tree': 'green', 'flower': 'pink', 'fish': 'orange', 'boat': 'brown', 'mushroom': 'red', 'cat': 'orange',
         'car': 'red', 'face': 'yellow', 'sphere': 'blue', 'cube': 'red', 'cone': 'orange', 'heart': 'red', 'star': 'yellow', 'moon': 'yellow'}
OUTDOORS = ('house', 'tree', 'flower', 'mushroom', 'cat', 'car')
ON_GROUND = {'grass': ('house', 'tree', 'flower', 'mushroom', 'cat', 'car'), 'hill': ('house', 'tree', 'cat'), 'sea': ('boat',),
             'snow': ('house', 'tree', 'cat', 'car', 'cube'), 'desert': ('car', 'cat', 'house', 'cube', 'cone', 'sphere'), 'road': ('car',)}
GROUND_WORDS = {'grass': 'on green grass', 'hill': 'on a green hill', 'snow': 'in the snow', 'desert': 'in the desert',
                'sea': 'on the sea', 'road': 'on a road'}
SKY_WORDS = {'day': ('under a blue sky',), 'sun': ('under a yellow sun', 'under the sun', 'under a yellow sun'), 'sunset': ('at sunset',),
             'night': ('at night', 'at night under the moon')}
PLACES = {'on the left': (-1, 0), 'on the right': (1, 0), 'at the top': (0, -1), 'at the bottom': (0, 1), 'in the top left corner': (-1, -1),
          'in the top right corner': (1, -1), 'in the bottom left corner': (-1, 1), 'in the bottom right corner': (1, 1)}
GRID = {2: ((-31, 0), (31, 0)), 3: ((-31, 28), (31, 28), (0, -30)), 4: ((-31, -31), (31, -31), (-31, 31), (31, 31))}
WEIGHTS = np.array([1.5 if kind in THINGS else 1.3 if kind in SOLIDS else 1.0 for kind in KINDS])


@dataclass(frozen=True)
class Drawing:
    """drawn: uint8 [384, 384, 3], before it is averaged down. things: (kind, colour), the upper, left or inner one first. background: a colour,
    'paper' or 'ground/sky'; layout: single, beside, stacked, inside or several."""
    drawn: np.ndarray
    caption: str
    things: tuple[tuple[str, str], ...]
    background: str
    layout: str
    style: str = field(default='')

    @property
    def pixels(self) -> np.ndarray:
        """At the model's native size: uint8 [128, 128, 3]."""
        return averaged(self.drawn)


def is_held_out(caption: str) -> bool:
    """One caption in sixteen is never drawn for training."""
    return crc32(caption.encode()) % 16 == 0


def make_drawing(rng: np.random.Generator, held_out: bool = False, styled: float = 0.1) -> Drawing:
    """A drawing whose caption is (or is not) held out; styled is the share that is painted over in a style."""
    while True:
        u = rng.random()
        drawing = (single if u < .40 else outdoors if u < .66 else pair if u < .94 else several)(rng)
        if rng.random() < styled:
            drawing = in_style(drawing, rng)
        if is_held_out(drawing.caption) == held_out:
            return drawing


def single(rng: np.random.Generator) -> Drawing:
    kind, colour = pick_kind(rng), pick(rng, COLOURS)
    named = rng.random() > .12 or kind not in USUAL
    if not named:
        colour = USUAL[kind]
    size = pick(rng, ('', '', '', 'large', 'small'))
    radius = {'': rng.uniform(39, 44), 'large': rng.uniform(52, 55), 'small': rng.uniform(20, 23)}[size]
    if rng.random() < .4 and size == '':
        return bare(rng, kind, colour, named)
    canvas, phrase, background = backdrop(rng, colour)
    place, x, y = '', 64.0, 64.0
    if size != 'large' and rng.random() < .22:
        place = pick(rng, tuple(PLACES))
        dx, dy = PLACES[place]
        radius = min(radius, 25)
        x, y = 64 + dx * 34, 64 + dy * 34
    elif rng.random() < .25:
        place = 'in the center'
    put(canvas, rng, kind, colour, x, y, radius)
    words = [describe(colour if named else '', kind, size), place, phrase]
    return Drawing(canvas.pixels(), joined(words), ((kind, colour),), background, 'single')


def bare(rng: np.random.Generator, kind: str, colour: str, named: bool) -> Drawing:
    """No place is named: things of the open air stand in it, everything else lies on paper."""
    if kind in OUTDOORS:
        return on_scene(rng, 'grass', 'day', ((kind, colour),), describe(colour if named else '', kind))
    if kind == 'boat':
        return on_scene(rng, 'sea', 'day', ((kind, colour),), describe(colour if named else '', kind))
    canvas = Canvas(PAPER if colour != 'white' else darker(PAPER, .72))
    put(canvas, rng, kind, colour, 64, 64, rng.uniform(39, 44))
    return Drawing(canvas.pixels(), describe(colour if named else '', kind), ((kind, colour),), 'paper', 'single')


def outdoors(rng: np.random.Generator) -> Drawing:
    ground = pick(rng, ('grass', 'grass', 'grass', 'snow', 'desert', 'sea', 'road', 'hill'))
    sky = pick(rng, ('day', 'sun', 'sun', 'sunset', 'night'))
    kinds = ON_GROUND[ground]
    kind, colour = pick(rng, kinds), pick(rng, COLOURS)
    things = ((kind, colour),)
    caption = describe(colour, kind)
    if kind == 'boat' and rng.random() < .4:
        caption = article(f'{colour} sailing boat')
    if ground in ('grass', 'snow', 'hill') and rng.random() < .4:
        second = (pick(rng, [k for k in kinds if k != kind]), pick(rng, other_colours(colour)))
        things = (things[0], second)
        caption += pick(rng, (' and ', ' next to ', ' left of ')) + describe(second[1], second[0])
    words = [caption]
    if ground != 'grass' or rng.random() < .5:
        words.append(GROUND_WORDS[ground])
    if sky != 'day' or rng.random() < .5:
        words.append(pick(rng, SKY_WORDS[sky]))
    return on_scene(rng, ground, sky, things, joined(words))


def on_scene(rng: np.random.Generator, ground: str, sky: str, things: tuple[tuple[str, str], ...], caption: str) -> Drawing:
    canvas = scene(ground, sky, rng)
    xs = (64 + rng.uniform(-4, 4),) if len(things) == 1 else (36 + rng.uniform(-2, 2), 92 + rng.uniform(-2, 2))
    radius = rng.uniform(33, 36) if len(things) == 1 else rng.uniform(24, 26)
    line = 112 if ground in ('road', 'sea') else 108
    dim = {'night': .8, 'sunset': .94}.get(sky, 1)
    for (kind, colour), x in zip(things, xs, strict=True):
        colour_here = darker(paint(colour, rng), dim)
        Brush(canvas, x, line + 2, radius).ellipse(0, 0, .9, .12, darker(clip(np.array(GROUNDS[ground])), .7 * dim)) if ground not in ('sea', 'snow') else None
        draw(Brush(canvas, x, line - radius * foot(kind), radius), kind, colour_here)
    return Drawing(canvas.pixels(), caption, things, f'{ground}/{sky}', 'single' if len(things) == 1 else 'beside')


def pair(rng: np.random.Generator) -> Drawing:
    first, second = pick_kind(rng), pick_kind(rng)
    colour = pick(rng, COLOURS)
    other = pick(rng, other_colours(colour))
    if rng.random() < .8:
        canvas, phrase, background = backdrop(rng, colour, other)
    else:
        canvas, phrase, background = Canvas(PAPER if 'white' not in (colour, other) else darker(PAPER, .72)), '', 'paper'
    relation = pick(rng, ('left of', 'right of', 'above', 'below', 'on top of', 'on top of', 'on top of', 'inside', 'next to', 'and'))
    things, layout = ((first, colour), (second, other)), 'beside'
    radius = rng.uniform(25, 28)
    if relation == 'inside':
        second = pick(rng, ('circle', 'square', 'heart', 'hexagon', 'diamond'))
        things, layout = ((first, colour), (second, other)), 'inside'
        put(canvas, rng, second, other, 64, 64, 56)
        put(canvas, rng, first, colour, 64, 64, 23)
    elif relation == 'on top of':
        if rng.random() < .7:
            first, second = pick(rng, (*SOLIDS, *SOLIDS, 'cat', 'tree', 'house', 'heart', 'star')), pick(rng, ('cube', 'cube', 'sphere', 'sphere', 'square', 'circle', 'car', 'house'))
            things = ((first, colour), (second, other))
        layout = 'stacked'
        low = 121 - radius * foot(second)
        put(canvas, rng, second, other, 64, low, radius)
        put(canvas, rng, first, colour, 64, low - radius * (head(second) + foot(first)), radius)
    else:
        dx, dy = {'right of': (1, 0), 'above': (0, -1), 'below': (0, 1)}.get(relation, (-1, 0))
        put(canvas, rng, first, colour, 64 + 31 * dx, 64 + 31 * dy, radius)
        put(canvas, rng, second, other, 64 - 31 * dx, 64 - 31 * dy, radius)
        layout = 'stacked' if dy else 'beside'
        if relation in ('right of', 'below'):
            things = (things[1], things[0])
    caption = joined([f'{describe(colour, first)} {relation} {describe(other, second)}', phrase])
    return Drawing(canvas.pixels(), caption, things, background, layout)


def several(rng: np.random.Generator) -> Drawing:
    count, kind, colour = int(rng.integers(2, 5)), pick_kind(rng), pick(rng, COLOURS)
    canvas, phrase, background = backdrop(rng, colour)
    for dx, dy in GRID[count]:
        put(canvas, rng, kind, colour, 64 + dx, 64 + dy, 26)
    plural = {'fish': 'fish', 'cross': 'crosses'}.get(kind, f'{kind}s')
    caption = joined([f'{("two", "three", "four")[count - 2]} {colour} {plural}', phrase])
    return Drawing(canvas.pixels(), caption, ((kind, colour),), background, 'several')


def backdrop(rng: np.random.Generator, *taken: str) -> tuple[Canvas, str, str]:
    """A canvas in colours that the objects do not have, its words, and its main colour."""
    avoid = {*taken, *({'white', 'gray'} if {'white', 'gray'} & {*taken} else ())}
    name = pick(rng, [c for c in COLOURS if c not in avoid])
    u = rng.random()
    if u < .74:
        return plain(name, rng), f'on {article(name)} background', name
    if u < .82:
        other = pick(rng, other_colours(name, *avoid))
        return gradient(name, other, rng), f'on {article(name)} to {other} gradient background', name
    kind = pick(rng, PATTERNS)
    return pattern(kind, name, rng), f'on a {kind} {name} background', name


def in_style(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    style = pick(rng, STYLES)
    short = style.split()[0] if style in ('watercolor painting', 'neon sign') else style
    whole = f'{style} of' if style == 'pixel art' else f'a {style} of'
    caption = f'{whole} {drawing.caption}' if rng.random() < .5 else f'{drawing.caption}, {short}'
    painted = restyle(style, drawing.pixels, rng).repeat(OVER, 0).repeat(OVER, 1)
    return Drawing(painted, caption, drawing.things, drawing.background, drawing.layout, style)


def put(canvas: Canvas, rng: np.random.Generator, kind: str, colour: str, x: float, y: float, radius: float) -> None:
    shift = rng.uniform(-1.5, 1.5, 2)
    draw(Brush(canvas, x + shift[0], y + shift[1], radius), kind, paint(colour, rng))


def describe(colour: str, kind: str, size: str = '') -> str:
    return article(joined([size, colour, kind]))


def article(words: str) -> str:
    return ('an ' if words[0] in 'aeio' else 'a ') + words


def joined(words: list[str]) -> str:
    return ' '.join(w for w in words if w)


def pick(rng: np.random.Generator, choices):
    return choices[int(rng.integers(len(choices)))]


def pick_kind(rng: np.random.Generator) -> str:
    return str(rng.choice(KINDS, p=WEIGHTS / WEIGHTS.sum()))


assert set(KINDS) == {*FLAT, *DRAWN}
