"""Four ways to paint over a finished drawing: uint8 [128, 128, 3] in and out."""
import numpy as np
from PIL import Image, ImageFilter

from canvas import SIZE

STYLES = ('watercolor painting', 'pixel art', 'neon sign', 'pencil sketch')


def restyle(style: str, pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    image = Image.fromarray(pixels)
    if style == 'pixel art':
        return np.asarray(image.resize((32, 32), Image.BOX).resize((SIZE, SIZE), Image.NEAREST))
    if style == 'neon sign':
        line = edges(image, 5)[..., None]
        colour = np.asarray(image.filter(ImageFilter.MaxFilter(3)), np.float32)
        glow = Image.fromarray(bytes_of(line * (colour * .8 + 50)))
        return bytes_of(np.asarray(glow, np.float32) + np.asarray(glow.filter(ImageFilter.GaussianBlur(4)), np.float32) + (10, 8, 20))
    if style == 'pencil sketch':
        grey = np.asarray(image.convert('L'), np.float32)
        tone = 246 - 185 * edges(image, 3) - np.clip(130 - grey, 0, 130) * .35
        return bytes_of(np.repeat(tone[..., None], 3, 2) * (1, .995, .97))
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(1.2)), np.float32)
    wash = np.asarray(Image.fromarray(rng.random((6, 6)).astype(np.float32)).resize((SIZE, SIZE), Image.BICUBIC))[..., None]
    painted = 255 - (255 - soft) * (.62 + .3 * wash)
    side = np.minimum(np.arange(SIZE), SIZE - 1 - np.arange(SIZE))
    frame = np.clip((np.minimum(side[:, None], side[None, :]) - 3) / 6, 0, 1)[..., None]
    return bytes_of(painted * frame + 252 * (1 - frame))


def edges(image: Image.Image, width: int) -> np.ndarray:
    """How much the picture changes around each pixel, 0 to 1: float32 [128, 128]."""
    pixels = [np.asarray(image.filter(f), np.float32) for f in (ImageFilter.MaxFilter(width), ImageFilter.MinFilter(width))]
    return np.clip((pixels[0] - pixels[1]).max(2) / 90, 0, 1)


def bytes_of(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
