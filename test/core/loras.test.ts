import { describe, expect, it } from 'vitest';
import { joinedLoras, loraNameOf, loraTags, readLoraList, takeLoraTags } from '../../core/loras.ts';

describe('LoRA files are asked for', () => {
  it('in a list, each with a strength or as it was trained', () => {
    expect(readLoraList('paper cut:0.8, film-grain,')).toEqual({ loras: [{ name: 'paper cut', strength: 0.8 }, { name: 'film-grain', strength: 1 }] });
    expect(readLoraList('')).toEqual({ loras: [] });
  });

  it('or by tags in the prompt, as in other programs, which are taken out of it', () => {
    expect(takeLoraTags('a boat <lora:paper cut:0.8> at sea<LORA:b:-1>')).toEqual({
      prompt: 'a boat at sea',
      read: { loras: [{ name: 'paper cut', strength: 0.8 }, { name: 'b', strength: -1 }] },
    });
    expect(takeLoraTags('a <lorax> in the woods').prompt).toBe('a <lorax> in the woods');
  });

  it.each(['a:strong', 'a:3', 'a:', ':0.5', 'a:1:2', '../a', '@everyone', 'a`b'])('but not as %s, which is said', (part) => {
    expect(readLoraList(`fine, ${part}`)).toEqual({ unreadable: part });
  });

  it('once each: what comes twice has the sum of its strengths, within the limits', () => {
    expect(joinedLoras([{ name: 'a', strength: 0.1 }, { name: 'b', strength: 1 }, { name: 'a', strength: 0.2 }])).toEqual([{ name: 'a', strength: 0.3 }, { name: 'b', strength: 1 }]);
    expect(joinedLoras([{ name: 'a', strength: 2 }, { name: 'a', strength: 2 }])).toEqual([{ name: 'a', strength: 2 }]);
  });

  it('by the names of their files, without what means something elsewhere', () => {
    expect(loraNameOf('Paper Cut [v2]<1>:0')).toBe('Paper Cut _v2__1__0');
    expect(loraNameOf('  ..')).toBe('');
    expect(readLoraList(loraNameOf('a,b:c'))).toEqual({ loras: [{ name: 'a_b_c', strength: 1 }] });
  });

  it('and written down so that they can be read again', () => {
    const loras = [{ name: 'paper cut', strength: 0.8 }, { name: 'b', strength: -1 }];
    expect(loraTags(loras)).toBe('<lora:paper cut:0.8> <lora:b:-1>');
    expect(takeLoraTags(loraTags(loras)).read).toEqual({ loras });
  });
});
