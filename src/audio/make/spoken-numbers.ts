const digits = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'] as const;
const places = ['', '十', '百', '千'] as const;
const groups = ['', '万', '亿', '万亿'] as const;

const digit = (letter: string): string => digits[Number(letter)] ?? '';

/** Digit by digit, as years and telephone numbers are read; on the telephone one is 幺. */
export const spokenDigits = (number: string, telephone = false): string =>
  Array.from(number, (letter) => (telephone && letter === '1' ? '幺' : digit(letter))).join('');

/** Up to four digits: 10 is 十, 105 is 一百零五, 1050 is 一千零五十. */
const group = (four: string): string => {
  let text = '';
  let owesZero = false;
  for (const [index, letter] of Array.from(four).entries()) {
    const place = places[four.length - 1 - index] ?? '';
    if (letter === '0') owesZero = text !== '';
    else {
      text += `${owesZero ? '零' : ''}${digit(letter)}${place}`;
      owesZero = false;
    }
  }
  return text;
};

const whole = (number: string): string => {
  const bare = number.replace(/^0+/, '');
  if (bare === '') return '零';
  const fours: string[] = [];
  for (let end = bare.length; end > 0; end -= 4) fours.unshift(bare.slice(Math.max(0, end - 4), end));
  let text = '';
  let owesZero = false;
  for (const [index, four] of fours.entries()) {
    const said = group(four.replace(/^0+/, ''));
    if (said === '') {
      owesZero = text !== '';
      continue;
    }
    const zero = text !== '' && (owesZero || four.startsWith('0')) ? '零' : '';
    text += `${zero}${said}${groups[fours.length - 1 - index] ?? ''}`;
    owesZero = false;
  }
  // 十 and not 一十 at the beginning; 两 before 千, 万 and 亿 is what people say, 二 is right too and never misheard.
  return text.replace(/^一十/, '十');
};

/** A number in words, `23.5` as 二十三点五; up to sixteen digits before the point. */
export const spokenNumber = (number: string): string => {
  const [before = '', after] = number.split('.');
  return after === undefined ? whole(before) : `${whole(before)}点${spokenDigits(after)}`;
};
