/**
 * Makes a thing once for a key and gives it again for the last `most` keys that were made. What cannot be made (null) is
 * not remembered: nobody fills the memory with nonsense.
 */
export const rememberLast = <T>(most: number, make: (key: string) => T | null): ((key: string) => T | null) => {
  const kept = new Map<string, T>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = make(key);
    if (made === null) return null;
    const [oldest] = kept.keys();
    if (oldest !== undefined && kept.size >= most) kept.delete(oldest);
    kept.set(key, made);
    return made;
  };
};
