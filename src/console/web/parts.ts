import type { ComponentChildren, VNode } from 'preact';
import { h } from './h.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Severity } from '../../core/alert.ts';
import { fill, type Bilingual } from '../../words/bilingual.ts';
import { pageWords, severityWords, type PageWord } from '../../words/text/page.ts';
import type { Actions, Dispatch } from './actions.ts';
import type { BroadcastView } from '../view.ts';
import { airWords, liftWord, type Look } from './derive.ts';
import type { Model } from './model.ts';

/** What every screen gets: what to show, and what its buttons do. */
export interface Ui {
  readonly model: Model;
  readonly dispatch: Dispatch;
  readonly actions: Actions;
}

export type Values = Readonly<Record<string, string | number>>;

/** Chinese large, English beside it small: both are always there. Values may be texts in both languages. */
export const both = ({ zh, en }: Bilingual): VNode =>
  h('span', { class: 'both' }, h('span', { lang: 'zh-CN' }, zh), ' ', h('span', { class: 'en', lang: 'en' }, en));

export const filled = (word: PageWord, values: Readonly<Record<string, string | number | Bilingual>>): Bilingual => {
  const side = (language: 'zh' | 'en'): Values =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, typeof value === 'object' ? value[language] : value]),
    );
  const words = pageWords[word];
  return { zh: fill(words.zh, side('zh')), en: fill(words.en, side('en')) };
};

export const say = (word: PageWord, values: Readonly<Record<string, string | number | Bilingual>> = {}): VNode =>
  both(filled(word, values));

interface WordsFieldProps {
  readonly value: string;
  readonly rows: number;
  readonly onEdit: (text: string) => void;
  readonly placeholder?: string;
}

/** Where a person types words that are said or compared; as long as an order may carry. */
export const wordsField = (word: Parameters<typeof say>, { onEdit, ...field }: WordsFieldProps): VNode =>
  h(
    'label',
    { class: 'own-words' },
    say(...word),
    h('textarea', {
      ...field,
      maxLength: 500,
      onInput: ({ currentTarget }: { readonly currentTarget: HTMLTextAreaElement }) => onEdit(currentTarget.value),
    }),
  );

interface ButtonProps {
  readonly onPress: () => void;
  readonly kind?: string;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly label?: string;
}

export const button = (
  { onPress, kind = '', disabled = false, pressed, label }: ButtonProps,
  ...children: readonly ComponentChildren[]
): VNode =>
  h(
    'button',
    {
      type: 'button',
      class: `button ${kind}`,
      disabled,
      onClick: onPress,
      ...(pressed === undefined ? {} : { 'aria-pressed': pressed }),
      ...(label === undefined ? {} : { 'aria-label': label }),
    },
    ...children,
  );

/** The way to what is on air, named: what it is, and its headline. */
export const airDoor = (kind: string, onAir: BroadcastView, onPress: () => void): VNode =>
  button({ kind, onPress }, both(airWords(onAir)), ' · ', h('b', { lang: 'zh-CN' }, onAir.headline), ' ▸');

export const badge = (severity: Severity): VNode =>
  h('span', { class: `badge ${severity}` }, both(severityWords[severity]));

/** The level of a warning; words that take one back say that instead of a level. */
export const levelBadge = ({ severity, kind, status }: BroadcastView): VNode => {
  // No drill stands in a list in the look of the warning that it practises.
  const word = status === 'actual' ? liftWord(kind) : pageWords.drill;
  return word === null ? badge(severity) : h('span', { class: 'badge unknown' }, both(word));
};

/** A state by shape and word; the colour only repeats it. */
export const mark = ({ shape, words, tone }: Look): VNode =>
  h('span', { class: `mark ${tone}` }, h('span', { class: 'shape', 'aria-hidden': true }, shape), both(words));

export const section = (title: Bilingual, kind: string, ...children: readonly ComponentChildren[]): VNode =>
  h('section', { class: `panel ${kind}` }, h('h2', null, both(title)), ...children);

const holdMs = 1_500;

type PointerHold = Pick<PointerEvent, 'pointerId'> & { readonly currentTarget: HTMLButtonElement };

/** A button that must be held; letting go before the time is up does nothing. Works with a finger, a mouse and a key. */
export const HoldButton = ({
  onHeld,
  disabled,
}: {
  readonly onHeld: () => void;
  readonly disabled: boolean;
}): VNode => {
  const [isHeld, setHeld] = useState(false);
  const timer = useRef(0);
  const release = (): void => {
    clearTimeout(timer.current);
    setHeld(false);
  };
  const hold = (): void => {
    if (disabled) return;
    clearTimeout(timer.current);
    setHeld(true);
    timer.current = window.setTimeout(() => {
      setHeld(false);
      onHeld();
    }, holdMs);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const isKey = ({ key }: KeyboardEvent): boolean => key === ' ' || key === 'Enter';
  return h(
    'button',
    {
      type: 'button',
      class: `button hold ${isHeld ? 'held' : ''}`,
      disabled,
      onPointerDown: ({ currentTarget, pointerId }: PointerHold) => {
        // A band that comes above moves the button: a mouse keeps hold of it, as a finger does anyway.
        if (!disabled) currentTarget.setPointerCapture(pointerId);
        hold();
      },
      onPointerUp: release,
      onPointerLeave: release,
      onPointerCancel: release,
      onContextMenu: (event: Event) => event.preventDefault(),
      onKeyDown: (event: KeyboardEvent) => {
        if (isKey(event) && !event.repeat) hold();
      },
      onKeyUp: release,
      onBlur: release,
    },
    say(isHeld ? 'keepHolding' : 'holdToStart'),
  );
};
