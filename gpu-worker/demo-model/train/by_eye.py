"""What a person looks at: what a newcomer might type, and forty pairs to choose from without knowing which is which.

    python by_eye.py prompts --out work/newcomer.json     # then paint-prompts.ts, as for evaluate.py
    python by_eye.py sheet --painted work/newcomer.rgb --out ../samples/newcomer.webp
    python by_eye.py pairs --painted work/painted.rgb --out work/pairs.png        # the key goes to work/pairs.png.key
    python by_eye.py count --out work/pairs.png --choices LRL=…                   # the sharper and cleaner side of each pair, = for neither"""
import argparse
import json
from pathlib import Path

import numpy as np

from evaluate import FIFTHS, held_out_drawings, open_pictures
from sheet import contact_sheet

NEWCOMER = ('a red house under a yellow sun', 'a green cat', 'a sailing boat on the sea at sunset', 'a blue car', 'a pink flower on green grass',
            'a red cube on top of a blue sphere', 'a yellow house next to a green tree', 'a cat', 'three orange fish on a blue background',
            'a purple heart on a pink background', 'pixel art of a red mushroom on a green background', 'a black cat on a yellow background',
            'a neon sign of a pink heart', 'a large yellow star on a black background', 'a white house in the snow at night under the moon', 'a smiley face')
SEEDS = 4


def each_seed() -> list[str]:
    return [prompt for prompt in NEWCOMER for _ in range(SEEDS)]


def write_pairs() -> None:
    """Every fifth of the 200 prompts, base alone and base with refiner side by side in an order that only the key knows."""
    rng = np.random.default_rng(options.seed)
    refined, alone = open_pictures(options.painted), open_pictures(f'{options.painted}.base')
    order = rng.permutation(len(range(*FIFTHS)))
    chosen = np.arange(*FIFTHS)[order]
    left_is_refined = rng.random(len(chosen)) < .5
    captions = [d.caption for d in held_out_drawings()]
    sides = [(refined[i], alone[k]) if left else (alone[k], refined[i]) for k, i, left in zip(order, chosen, left_is_refined, strict=True)]
    contact_sheet(options.out, [picture for pair in sides for picture in pair],
                  [text for k, i in enumerate(chosen) for text in (f'{k + 1} L: {captions[i]}', 'R')])
    Path(f'{options.out}.key').write_text(''.join('L' if left else 'R' for left in left_is_refined))


def count_choices() -> None:
    key = Path(f'{options.out}.key').read_text()
    if len(options.choices) != len(key):
        raise SystemExit(f'--choices has {len(options.choices)} letters, and there are {len(key)} pairs')
    refined = sum(choice == right for choice, right in zip(options.choices, key, strict=True))
    undecided = options.choices.count('=')
    print(f'with the refiner {refined}, base alone {len(key) - refined - undecided}, neither {undecided}')


def main() -> None:
    if options.what == 'prompts':
        Path(options.out).write_text(json.dumps(each_seed()))
    elif options.what == 'sheet':
        contact_sheet(options.out, list(open_pictures(options.painted)), each_seed())
    elif options.what == 'pairs':
        write_pairs()
    else:
        count_choices()


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('what', choices=('prompts', 'sheet', 'pairs', 'count'))
    parser.add_argument('--painted')
    parser.add_argument('--out', required=True)
    parser.add_argument('--choices', default='')
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    main()
