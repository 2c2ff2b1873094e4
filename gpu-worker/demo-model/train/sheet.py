"""Contact sheets: pictures in rows of eight with what was asked below."""
import numpy as np
from PIL import Image, ImageDraw

COLUMNS, LINES = 8, 3


def contact_sheet(path: str, pictures: list[np.ndarray], captions: list[str], columns: int = COLUMNS) -> None:
    side = pictures[0].shape[0]
    cell = (side + 6, side + 4 + 11 * LINES)
    rows = -(-len(pictures) // columns)
    sheet = Image.new('RGB', (columns * cell[0], rows * cell[1]), 'white')
    pen = ImageDraw.Draw(sheet)
    for i, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        x, y = i % columns * cell[0] + 3, i // columns * cell[1] + 2
        sheet.paste(Image.fromarray(picture), (x, y))
        for k, line in enumerate(broken(caption, side // 6)[:LINES]):
            pen.text((x, y + side + 1 + 11 * k), line, fill='black')
    sheet.save(path, quality=82)


def broken(text: str, width: int) -> list[str]:
    lines = ['']
    for word in text.split(' '):
        if len(lines[-1]) + len(word) + 1 > width and lines[-1]:
            lines.append('')
        lines[-1] = f'{lines[-1]} {word}'.strip()
    return lines
