/** What a text is when read aloud: no control characters, no marks that an engine would take for its own commands. */
export const speakable = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/[[\]<>{}|\\^~`*_#"“”‘’《》【】（）()\p{Cc}]+/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
