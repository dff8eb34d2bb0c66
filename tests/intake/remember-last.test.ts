import { describe, expect, it } from 'vitest';
import { rememberLast } from '../../src/intake/remember-last.ts';

describe('what is made once for a key', () => {
  const counted = (most: number) => {
    const made: string[] = [];
    const of = rememberLast(most, (key) => {
      made.push(key);
      return key.startsWith('no') ? null : { key };
    });
    return { made, of };
  };

  it('is the same thing when it is asked for again', () => {
    const { made, of } = counted(3);
    const first = of('a');
    expect(first).toEqual({ key: 'a' });
    expect(of('a')).toBe(first);
    expect(made).toEqual(['a']);
  });

  it('is forgotten, the oldest first, when there are more keys than are kept, and no sooner', () => {
    const { made, of } = counted(3);
    for (const key of ['a', 'b', 'c', 'a', 'b', 'c']) of(key);
    expect(made).toEqual(['a', 'b', 'c']);
    of('d');
    for (const key of ['b', 'c', 'd']) of(key);
    expect(made).toEqual(['a', 'b', 'c', 'd']);
    of('a');
    for (const key of ['c', 'd', 'a']) of(key);
    expect(made).toEqual(['a', 'b', 'c', 'd', 'a']);
    of('b');
    expect(made.at(-1)).toBe('b');
  });

  it('is not remembered where it could not be made, and pushes nothing else out', () => {
    const { made, of } = counted(2);
    of('a');
    of('b');
    for (const key of ['no-1', 'no-2', 'no-1']) expect(of(key)).toBeNull();
    of('a');
    of('b');
    expect(made).toEqual(['a', 'b', 'no-1', 'no-2', 'no-1']);
  });
});
