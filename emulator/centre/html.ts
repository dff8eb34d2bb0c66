import type { Bilingual } from '../../src/words/bilingual.ts';

/** Markup that is safe to send; only `html` makes it. */
export interface Html {
  readonly markup: string;
}

type Value = string | number | Html | readonly Html[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters, and those that turn the direction of writing: they would let a text lie about itself. */
const deceptive = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text as it may stand between tags and in quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(deceptive, '�').replaceAll(/[&<>"']/g, (mark) => entities[mark] ?? '');

const markupOf = (value: Value): string => {
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
};

/** A template whose values are escaped, except those that are markup already. */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  markup: parts.map((part, index) => part + (index < values.length ? markupOf(values[index] ?? '') : '')).join(''),
});

/** Chinese first, English small beside it. */
export const both = ({ zh, en }: Bilingual): Html =>
  zh === en ? html`${zh}` : html`${zh} <small lang="en">${en}</small>`;
