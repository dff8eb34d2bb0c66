import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { h } from './h.ts';
import { button, say, type Ui } from './parts.ts';

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const pinLength = 6;

const dots = (count: number): VNode =>
  h(
    'p',
    { class: 'dots', role: 'status', 'aria-label': `${count} / ${pinLength}` },
    Array.from({ length: pinLength }, (_, index) => (index < count ? '●' : '○')).join(' '),
  );

interface PadProps {
  readonly pin: string;
  readonly disabled: boolean;
  readonly add: (digit: string) => void;
  readonly erase: () => void;
}

const pad = ({ pin, disabled, add, erase }: PadProps): VNode => {
  const key = (digit: string): VNode => button({ kind: 'digit', disabled, onPress: () => add(digit) }, digit);
  const eraser = button({ kind: 'digit word', disabled: pin === '', onPress: erase }, say('pinErase'));
  return h(
    'div',
    { class: 'pad-side' },
    h('h2', null, say('pinEnter')),
    dots(pin.length),
    h('div', { class: 'pad' }, ...digits.map(key), eraser, key('0')),
  );
};

const whoSide = ({ model, dispatch }: Ui, who: string, choose: (id: string) => void): VNode =>
  h(
    'div',
    null,
    h('h2', null, say('pinFor')),
    h(
      'div',
      { class: 'choices', role: 'group', 'aria-label': '谁在操作 who are you' },
      ...(model.site?.staff ?? []).map(({ id, name }) =>
        button({ kind: 'choice person', pressed: who === id, onPress: () => choose(id) }, name),
      ),
    ),
    h('p', { class: 'note aside' }, say('pinKept')),
    h('p', { class: 'note aside' }, say('stopNeedsNone')),
    button({ kind: 'wide aside', onPress: () => dispatch({ act: 'go', place: 'home' }) }, '◂ ', say('back')),
  );

/** Who, then six large digits; the sixth asks by itself. A keyboard works too. */
export const PinScreen = ({ ui }: { readonly ui: Ui }): VNode => {
  const { model, actions } = ui;
  const [who, setWho] = useState(model.site?.staff.length === 1 ? (model.site.staff[0]?.id ?? '') : '');
  const [pin, setPin] = useState('');
  const isBusy = model.busy === 'login';
  const add = (digit: string): void => {
    if (isBusy || who === '' || pin.length >= pinLength) return;
    const next = pin + digit;
    setPin(next);
    if (next.length < pinLength) return;
    void actions.enter(who, next).then((isRight) => {
      if (!isRight) setPin('');
    });
  };
  const erase = (): void => setPin(pin.slice(0, -1));
  const choose = (id: string): void => {
    setWho(id);
    setPin('');
  };
  const onKey = (event: KeyboardEvent): void => {
    if (/^\d$/.test(event.key)) add(event.key);
    if (event.key === 'Backspace') erase();
  };
  return h(
    'main',
    { class: 'pin', onKeyDown: onKey },
    h('div', { class: 'columns' }, whoSide(ui, who, choose), pad({ pin, disabled: isBusy || who === '', add, erase })),
  );
};
