"""A picture drawn at 384x384 and averaged down to 128x128 (or 192x192, which the refiner learns too), so that edges are smooth."""
import numpy as np
from PIL import Image, ImageDraw

from palette import Colour

SIZE = 128  # px, the model's native side
OVER = 3  # supersampling


class Canvas:
    def __init__(self, background: np.ndarray | Colour):
        """background: one colour, or uint8 [SIZE, SIZE, 3]."""
        if isinstance(background, np.ndarray):
            self.image = Image.fromarray(background).resize((SIZE * OVER, SIZE * OVER), Image.NEAREST)
        else:
            self.image = Image.new('RGB', (SIZE * OVER, SIZE * OVER), background)
        self.pen = ImageDraw.Draw(self.image)

    def polygon(self, points: np.ndarray, colour: Colour) -> None:
        """points: [n, 2] in px of the final picture."""
        self.pen.polygon([(float(x), float(y)) for x, y in points * OVER], fill=colour)

    def pixels(self) -> np.ndarray:
        """uint8 [SIZE * OVER, SIZE * OVER, 3], not averaged down yet."""
        return np.asarray(self.image)


def averaged(pixels: np.ndarray, side: int = SIZE) -> np.ndarray:
    """A square picture at side, which must divide its own: uint8 [side, side, 3]."""
    return np.asarray(Image.fromarray(pixels).reduce(len(pixels) // side))


class Brush:
    """Draws one object in its own coordinates: centre 0, 0, half its height 1, y down."""

    def __init__(self, canvas: Canvas, x: float, y: float, radius: float):
        self.canvas, self.origin, self.radius = canvas, np.array([x, y]), radius

    def polygon(self, points, colour: Colour) -> None:
        self.canvas.polygon(np.asarray(points, float) * self.radius + self.origin, colour)

    def rectangle(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        self.polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        self.polygon(arc(x, y, rx, ry, 0, 2 * np.pi), colour)


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float, points: int = 40) -> np.ndarray:
    """Points on an ellipse from angle start to end (radians, clockwise on the screen): [points, 2]."""
    angle = np.linspace(start, end, points)
    return np.stack([x + rx * np.cos(angle), y + ry * np.sin(angle)], 1)
