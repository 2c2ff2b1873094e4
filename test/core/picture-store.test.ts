import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paintedKey, pictureKey } from '../../core/picture-key.ts';
import { MissingObject } from '../../core/picture-store.ts';
import { type TestStack, startTestStack } from '../local-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

describe('the picture store', () => {
  it('gives back what was put, the last time it was put', async () => {
    const key = pictureKey('1', 0, 'png');
    await stack.pictures.put(key, Uint8Array.of(1, 2, 3), 'image/png');
    await stack.pictures.put(key, Uint8Array.of(4, 5), 'image/png');
    expect([...(await stack.pictures.get(key))]).toEqual([4, 5]);
    expect(await stack.pictures.exists(key)).toBe(true);
  });

  it('says what is missing', async () => {
    const key = paintedKey('gone', 0);
    expect(await stack.pictures.exists(key)).toBe(false);
    await expect(stack.pictures.get(key)).rejects.toThrow(MissingObject);
    await expect(stack.pictures.delete(key)).resolves.toBeUndefined();
  });

  it('hands out links that work without credentials', async () => {
    const key = pictureKey('2', 0, 'png');
    await stack.pictures.put(key, Uint8Array.of(9), 'image/png');
    const response = await fetch(await stack.pictures.link(key, 60));
    expect(response.headers.get('content-type')).toBe('image/png');
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([9]);
  });
});
