"""Safetensors in and out (https://github.com/huggingface/safetensors#format), without a dependency."""
import json
import os
import struct

import numpy as np
import torch
from torch import Tensor

KINDS = {'F16': np.float16, 'F32': np.float32}


def read_weights(path: str) -> dict[str, Tensor]:
    """name to float32 tensor."""
    with open(path, 'rb') as file:
        data = file.read()
    size = struct.unpack('<Q', data[:8])[0]
    header = json.loads(data[8:8 + size])
    header.pop('__metadata__', None)

    def tensor(entry: dict) -> Tensor:
        start, end = entry['data_offsets']
        values = np.frombuffer(data[8 + size + start:8 + size + end], KINDS[entry['dtype']])
        return torch.from_numpy(values.astype(np.float32).reshape(entry['shape']))

    return {name: tensor(entry) for name, entry in header.items()}


def write_weights(path: str, weights: dict[str, Tensor]) -> int:
    """Writes float16 and returns the file's size in bytes."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    header: dict[str, object] = {'__metadata__': {'format': 'pt'}}
    chunks, offset = [], 0
    for name in sorted(weights):
        chunk = weights[name].detach().half().contiguous().numpy().tobytes()
        header[name] = {'dtype': 'F16', 'shape': list(weights[name].shape), 'data_offsets': [offset, offset + len(chunk)]}
        offset += len(chunk)
        chunks.append(chunk)
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    with open(f'{path}.part', 'wb') as file:
        file.writelines([struct.pack('<Q', len(text)), text, *chunks])
    os.replace(f'{path}.part', path)
    return os.path.getsize(path)
