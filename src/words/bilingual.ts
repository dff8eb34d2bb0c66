/** Everything a person reads exists in Chinese and English. `{name}` marks a parameter. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

export type Language = 'zh' | 'en';

/** Fills `{name}` marks; a mark without a value stays visible, so that a forgotten parameter is seen and not hidden. */
export const fill = (template: string, params: Readonly<Record<string, string | number>>): string =>
  template.replace(/\{([a-zA-Z][a-zA-Z0-9]*)\}/g, (mark, name: string) => String(params[name] ?? mark));

/** The reader's language by the POSIX locale variables; Chinese unless the locale names another language. */
export const languageOf = (environment: Readonly<Record<string, string | undefined>>): Language => {
  const locale = environment['LC_ALL'] ?? environment['LC_MESSAGES'] ?? environment['LANG'] ?? '';
  return locale === '' || locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
};

/** A text that was cut, or came broken: half of a character is none, and no strict reader takes it. */
export const wholeCharacters = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');
