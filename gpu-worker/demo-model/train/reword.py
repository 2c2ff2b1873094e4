"""Says a caption as other people would: synonyms, articles, praise, and now and then a word nobody knows."""
import random
import re

SYNONYMS = {
    'large': ('big', 'huge', 'giant'), 'small': ('tiny', 'little'), 'sphere': ('ball',), 'boat': ('ship', 'sailboat'),
    'cat': ('kitten', 'kitty', 'cat face'), 'car': ('automobile',), 'gray': ('grey',), 'purple': ('violet',), 'cyan': ('turquoise',),
    'house': ('home', 'cottage', 'hut'), 'moon': ('crescent',), 'cross': ('plus',), 'ring': ('donut',), 'above': ('over',),
    'below': ('under', 'beneath', 'underneath'), 'face': ('smiley', 'smiley face', 'emoji'), 'cube': ('block',), 'circle': ('disk',),
    'flower': ('daisy', 'rose'), 'striped': ('stripy',), 'dotted': ('spotted',), 'checkered': ('checkerboard',),
    'snow': ('winter',), 'diamond': ('rhombus',), 'sea': ('ocean', 'water', 'lake'), 'road': ('street',),
    'sunset': ('dusk', 'sunrise', 'dawn'), 'mushroom': ('toadstool',), 'grass': ('lawn', 'meadow', 'field'), 'night': ('midnight',),
    'background': ('backdrop',), 'sketch': ('drawing',),
}
OPENINGS = ('a picture of', 'an image of', 'a photo of', 'a drawing of', 'an illustration of', 'a cute', 'a beautiful')
PRAISE = (', high quality', ', detailed', ', 4k', ', beautiful', ', best quality')


def reword(caption: str, random: random.Random) -> str:
    if random.random() < 0.3:
        caption = ' '.join(synonym(word, random) for word in caption.split(' '))
        caption = re.sub(r'\ba (?=[aeio])', 'an ', caption)
    u = random.random()
    if u < 0.12:
        caption = ' '.join(word for word in caption.split(' ') if word not in ('a', 'an'))
    elif u < 0.17:
        caption = re.sub(r' (left|right) of ', r' to the \1 of ', caption)
    elif u < 0.22:
        caption = re.sub(r'^an? ', 'the ', caption)
    if random.random() < 0.08 and ' of ' not in caption:
        opening = random.choice(OPENINGS)
        caption = f'{opening} {caption}' if opening.endswith('of') else re.sub(r'^an? ', f'{opening} ', caption)
    if random.random() < 0.06:
        caption += random.choice(PRAISE)
    if random.random() < 0.03:
        words = caption.split(' ')
        words.insert(random.randrange(len(words) + 1), ''.join(random.choice('abcdefghijklmnopqrstuvwxyz') for _ in range(random.randrange(3, 9))))
        caption = ' '.join(words)
    return caption


def synonym(word: str, random: random.Random) -> str:
    bare = word.rstrip(',')
    plural = bare.endswith('s') and bare[:-1] in SYNONYMS
    options = SYNONYMS.get(bare[:-1] if plural else bare)
    if options is None or random.random() > 0.4:
        return word
    return random.choice(options) + ('s' if plural else '') + word[len(bare):]
