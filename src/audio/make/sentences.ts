/** Longer stretches without an end of sentence are cut at a comma, and at last anywhere. */
const mostCharacters = 60;
const fewestCharacters = 6;

const cutAt = (text: string, marks: RegExp): readonly string[] =>
  text
    .split(marks)
    .map((part) => part.trim())
    .filter((part) => part !== '');

const endsOfSentence = /(?<=[。！？!?；;\n])/u;
/** Not those within 20:30 or 1,200. */
const commas = /(?<=[，,、：:])(?!(?<=\d[,：:])\d)/u;
/** What makes one number, with its sign, its parts and the letters of its unit. */
const clinging = /[0-9０-９A-Za-z.．:：,/~～%‰℃°\-\uD800-\uDFFF]/;

/** Pieces put together again up to the bound, so that no sentence is torn more than it must be. */
const gathered = (parts: readonly string[], most: number): readonly string[] => {
  const whole: string[] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    if (last !== undefined && last.length + part.length <= most) whole[whole.length - 1] = last + part;
    else whole.push(part);
  }
  return whole;
};

/** Half a number is another number: there a text is cut before it, within the half of a piece. */
const cutBefore = (text: string, end: number): number => {
  for (let at = end; at > end - mostCharacters / 2; at -= 1)
    if (!clinging.test(text.charAt(at - 1)) || !clinging.test(text.charAt(at))) return at;
  return end;
};

const chopped = (text: string): readonly string[] => {
  const parts: string[] = [];
  let from = 0;
  while (text.length - from > mostCharacters) {
    const end = cutBefore(text, from + mostCharacters);
    parts.push(text.slice(from, end));
    from = end;
  }
  return [...parts, text.slice(from)];
};

const shortened = (sentence: string): readonly string[] =>
  sentence.length <= mostCharacters ? [sentence] : gathered(cutAt(sentence, commas).flatMap(chopped), mostCharacters);

const hasWords = (sentence: string): boolean => /[\p{L}\p{N}]/u.test(sentence);

/** A text in the pieces in which it is spoken: sentence by sentence, very short ones together with the one before. */
export const sentencesOf = (text: string): readonly string[] => {
  const sentences = cutAt(text, endsOfSentence).flatMap(shortened).filter(hasWords);
  const whole: string[] = [];
  for (const sentence of sentences) {
    const last = whole.at(-1);
    if (last !== undefined && Math.min(last.length, sentence.length) < fewestCharacters && last.length < mostCharacters)
      whole[whole.length - 1] = last + sentence;
    else whole.push(sentence);
  }
  return whole;
};
