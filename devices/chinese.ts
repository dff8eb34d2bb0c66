/**
 * Chinese text in the two-byte codes that chips and satellites speak (GB 2312 and its supersets, up to the two-byte part
 * of GB 18030). The platform decodes them and does not encode: the way back is its own table turned round, 128 KB instead
 * of a package with tables of its own for half the world's scripts.
 */
const decoder = new TextDecoder('gb18030');
const question = 0x3f;

/** Code of each UTF-16 unit, 0 where there is none. */
const codesOf = (): Uint16Array => {
  const codes: number[] = [];
  for (let lead = 0x81; lead <= 0xfe; lead += 1)
    for (let trail = 0x40; trail <= 0xfe; trail += 1) codes.push((lead << 8) | trail);
  // A line for each code: one that means nothing cannot swallow a part of the next.
  const lines = decoder.decode(Uint8Array.from(codes.flatMap((code) => [code >> 8, code & 0xff, 0x0a]))).split('\n');
  const table = new Uint16Array(0x10000);
  codes.forEach((code, index) => {
    const character = lines[index] ?? '';
    const unit = character.length === 1 && character !== '\ufffd' ? character.charCodeAt(0) : 0;
    // Where a character has two codes the first is the older one.
    if (unit !== 0 && table[unit] === 0) table[unit] = code;
  });
  return table;
};

let table: Uint16Array | null = null;

/** One byte for each ASCII character, two for each other; a question mark stands for what the code does not have. */
export const encodeChinese = (text: string): Uint8Array => {
  table ??= codesOf();
  const bytes: number[] = [];
  for (const character of text) {
    const unit = character.charCodeAt(0);
    const code = character.length > 1 ? 0 : (table[unit] ?? 0);
    if (unit < 0x80) bytes.push(unit);
    else if (code === 0) bytes.push(question);
    else bytes.push(code >> 8, code & 0xff);
  }
  return Uint8Array.from(bytes);
};

/** Never fails: what is no code is U+FFFD. */
export const decodeChinese = (bytes: Uint8Array): string => decoder.decode(bytes);
