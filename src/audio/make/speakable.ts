import { spokenDigits, spokenNumber } from './spoken-numbers.ts';

/** Units as they are read, the longer before the shorter. They follow a number, or stand behind a slash. */
const units: readonly (readonly [string, string])[] = [
  ['m3/s', '立方米每秒'],
  ['km/h', '公里每小时'],
  ['mm/h', '毫米每小时'],
  ['m/s', '米每秒'],
  ['kWh', '度'],
  ['hPa', '百帕'],
  ['kPa', '千帕'],
  ['km2', '平方公里'],
  ['km', '公里'],
  ['mm', '毫米'],
  ['cm', '厘米'],
  ['m2', '平方米'],
  ['m3', '立方米'],
  ['kg', '公斤'],
  ['kW', '千瓦'],
  ['dB', '分贝'],
  ['min', '分钟'],
  ['°C', '摄氏度'],
  ['℃', '摄氏度'],
  ['m', '米'],
  ['t', '吨'],
  ['h', '小时'],
  ['s', '秒'],
  ['V', '伏'],
  ['W', '瓦'],
  ['A', '安'],
];

const escaped = (text: string): string => text.replaceAll(/[/\\^$*+?.()|[\]{}]/g, '\\$&');
const unitPattern = units.map(([unit]) => escaped(unit)).join('|');
const number = String.raw`\d{1,12}(?:\.\d{1,6})?`;
const range = '(?:-|–|—|~|～|至|到)';
const unitNames = new Map(units);

type Rule = readonly [RegExp, (...found: string[]) => string];

const clock = (hours = '', minutes = ''): string =>
  `${spokenNumber(hours)}点${minutes === '00' ? '整' : `${minutes.startsWith('0') ? '零' : ''}${spokenNumber(minutes)}分`}`;

const romans: Readonly<Record<string, string>> = { I: '一', II: '二', III: '三', IV: '四' };

/** In this order; each works on what the one before has left. */
const rules: readonly Rule[] = [
  // Dates: 2026-07-12, 2026/7/12, 2026年7月12日; a year is read digit by digit.
  [
    /(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/g,
    (_, year = '', month = '', day = '') => `${spokenDigits(year)}年${spokenNumber(month)}月${spokenNumber(day)}日`,
  ],
  [/(?<!\d)(\d{4})年/g, (_, year = '') => `${spokenDigits(year)}年`],
  // Times of day: 07:30, 21:05:00.
  [/(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(?!\d)/g, (_, hours, minutes) => clock(hours, minutes)],
  // Telephone numbers, digit by digit: mobile and landline numbers, and short ones where the words say that they are one.
  [/(?<!\d)1[3-9]\d{9}(?!\d)/g, (found) => spokenDigits(found, true)],
  [
    /(?<!\d)(0\d{2,3})[- ]?(\d{7,8})(?!\d)/g,
    (_, area = '', rest = '') => `${spokenDigits(area, true)}，${spokenDigits(rest, true)}`,
  ],
  [
    /(拨打|拨|电话|致电|热线|报警|求救|号码)([^\d。]{0,4})(\d{3,5}(?:[、，,或和及]\d{3,5}){0,4})(?![\d.]|[户人个名米毫厘公吨度分小天年月日])/gu,
    (_, verb = '', between = '', numbers = '') =>
      `${verb}${between}${numbers.replaceAll(/\d+/g, (one) => spokenDigits(one, true))}`,
  ],
  [/(?<!\d)(110|119|120|122)(?=指挥|电话|急救|报警|热线)/g, (found) => spokenDigits(found, true)],
  // Levels: IV级, Ⅳ级 (already made plain letters).
  [/\b(I{1,3}|IV)级/g, (_, roman = '') => `${romans[roman] ?? roman}级`],
  // 50-80毫米 is from fifty to eighty.
  [new RegExp(`(${number})\\s*${range}\\s*(?=${number})`, 'g'), (_, from = '') => `${spokenNumber(from)}到`],
  // Below zero, where a minus stands before a number and behind no word.
  [new RegExp(`(?<![\\dA-Za-z])-(?=${number})`, 'gu'), () => '负'],
  [new RegExp(`(${number})\\s*%`, 'g'), (_, share = '') => `百分之${spokenNumber(share)}`],
  [new RegExp(`(${number})\\s*‰`, 'g'), (_, share = '') => `千分之${spokenNumber(share)}`],
  [
    new RegExp(`(${number})\\s*(${unitPattern})(?![A-Za-z0-9])`, 'g'),
    (_, amount = '', unit = '') => `${spokenNumber(amount)}${unitNames.get(unit) ?? unit}`,
  ],
  [/(?<![\d.])\d{13,}/g, (found) => spokenDigits(found)],
  [/(?<![\d.])0\d+/g, (found) => spokenDigits(found)],
  [new RegExp(number, 'g'), (found) => spokenNumber(found)],
];

/** Letters and digits in other dress: full width, Roman numerals and units in one character. */
const dressed = /[０-９Ａ-Ｚａ-ｚⅠ-Ⅻ㎜㎝㎞㎡㎥㎏％．：²³]/gu;
/** Marks that an engine would take for its own commands or read as words. */
const unread = /[[\]<>{}|\\^`*_#"“”‘’《》〈〉【】「」『』（）()\p{Cc}\p{Cf}\p{Co}\p{Cs}]+|(?![°℃])\p{So}/gu;

const plain = (text: string): string =>
  text.replaceAll(dressed, (letter) => letter.normalize('NFKC')).replaceAll(unread, ' ');

/**
 * A text as it is read aloud in Mandarin: numbers, dates, times, units, percentages, ranges and telephone numbers become
 * words. Total over all texts; at most a few times as long.
 */
export const speakable = (text: string): string =>
  rules
    .reduce((given, [pattern, read]) => given.replaceAll(pattern, (...found: string[]) => read(...found)), plain(text))
    .replaceAll(/\s+/gu, ' ')
    .trim();
