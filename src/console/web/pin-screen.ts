import type { VNode } from 'preact';
import { h } from './h.ts';
import { useState } from 'preact/hooks';
import { button, say, type Ui } from './parts.ts';

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const pinLength = 6;

/** Who, then six large digits; the sixth asks by itself. A keyboard works too. */
export const PinScreen = ({ ui }: { readonly ui: Ui }): VNode => {
  const { model, dispatch, actions } = ui;
  const staff = model.site?.staff ?? [];
  const [who, setWho] = useState(staff.length === 1 ? (staff[0]?.id ?? '') : '');
  const [pin, setPin] = useState('');
  const isBusy = model.busy === 'login';
  const enter = (next: string): void => {
    setPin(next);
    if (next.length < pinLength || who === '') return;
    void actions.enter(who, next).then((isRight) => {
      if (!isRight) setPin('');
    });
  };
  const add = (digit: string): void => {
    if (!isBusy && pin.length < pinLength) enter(pin + digit);
  };
  const erase = (): void => setPin(pin.slice(0, -1));
  const key = (digit: string): VNode =>
    button({ kind: 'digit', disabled: isBusy || who === '', onPress: () => add(digit) }, digit);
  const onKey = (event: KeyboardEvent): void => {
    if (/^\d$/.test(event.key) && who !== '') add(event.key);
    if (event.key === 'Backspace') erase();
  };
  return h(
    'main',
    { class: 'pin', onKeyDown: onKey },
    h(
      'div',
      { class: 'columns' },
      h(
        'div',
        null,
        h('h2', null, say('pinFor')),
        h(
          'div',
          { class: 'choices', role: 'group', 'aria-label': '谁在操作 who are you' },
          ...staff.map(({ id, name }) =>
            button(
              {
                kind: 'choice person',
                pressed: who === id,
                onPress: () => {
                  setWho(id);
                  setPin('');
                },
              },
              name,
            ),
          ),
        ),
        h('p', { class: 'note' }, say('pinKept')),
        h('p', { class: 'note' }, say('stopNeedsNone')),
        button({ kind: 'wide', onPress: () => dispatch({ act: 'go', place: 'home' }) }, '◂ ', say('back')),
      ),
      h(
        'div',
        { class: 'pad-side' },
        h('h2', null, say('pinEnter')),
        h(
          'p',
          { class: 'dots', role: 'status', 'aria-label': `${pin.length} / ${pinLength}` },
          Array.from({ length: pinLength }, (_, index) => (index < pin.length ? '●' : '○')).join(' '),
        ),
        h(
          'div',
          { class: 'pad' },
          ...digits.map(key),
          button({ kind: 'digit word', disabled: pin === '', onPress: erase }, say('pinErase')),
          key('0'),
        ),
      ),
    ),
  );
};
