import type { VNode } from 'preact';
import { h, part } from './h.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { endedWords, pageWords, proofWords } from '../../words/text/page.ts';
import type { TerminalNow, TerminalView } from '../view.ts';
import { countsLine } from './air-screen.ts';
import { ageOfState, ageText, clockText, lookOfVerdict, reasonText, terminalsByTrouble, type Look } from './derive.ts';
import { isOfDrill } from './drill-receipts.ts';
import { both, button, filled, levelBadge, mark, say, section, type Ui } from './parts.ts';

const seenText = (now: TerminalNow | undefined, ageMs: number): VNode =>
  h(
    'span',
    { class: 'varies' },
    now?.seenAgoMs === null || now === undefined
      ? say('never')
      : both(filled('ago', { age: ageText(now.seenAgoMs + ageMs) })),
  );

interface Contact {
  readonly name: string;
  readonly duty: string;
  readonly phone: string;
  readonly zones: readonly string[];
}

const isContacts = (value: unknown): value is readonly Contact[] => Array.isArray(value);

interface ContactsProps {
  readonly ui: Ui;
  readonly zone: string;
  /** The numbers came, and the list has grown. */
  readonly onShown: () => void;
}

/** Whom to call about a zone; the numbers show once a PIN was entered. */
const Contacts = ({ ui, zone, onShown }: ContactsProps): VNode => {
  const [contacts, setContacts] = useState<readonly Contact[]>([]);
  const isOpen = ui.model.person !== null;
  useEffect(() => {
    if (isOpen)
      void ui.actions.call().then((body) => setContacts(isContacts(body?.['contacts']) ? body['contacts'] : []));
  }, [isOpen]);
  useEffect(onShown, [contacts.length]);
  if (!isOpen) return h('p', { class: 'note' }, say('phonesLocked'));
  const mine = contacts.filter(({ zones }) => zones.includes(zone));
  return h(
    'ul',
    { class: 'rows' },
    ...mine.map(({ name, duty, phone }) =>
      h(
        'li',
        { key: phone },
        `${name} · ${duty} `,
        h('a', { class: 'phone', href: `tel:${phone.replaceAll(/[^+\d]/g, '')}` }, phone),
      ),
    ),
  );
};

interface DetailProps {
  readonly ui: Ui;
  readonly terminal: TerminalView;
  readonly now: TerminalNow | undefined;
  readonly look: Look;
}

/** What is known of one terminal; brought into sight when it is chosen, because a phone shows it below all the squares. */
const Detail = ({ ui, terminal, now, look }: DetailProps): VNode => {
  const place = useRef<HTMLElement | null>(null);
  const intoSight = (): void => place.current?.scrollIntoView({ block: 'nearest' });
  const ageMs = ageOfState(ui.model) ?? 0;
  const last = now?.last ?? null;
  const reason = reasonText(now?.reason ?? null);
  const told = section(
    terminal.name,
    'detail',
    h('p', null, mark(look), ' ', reason === null ? '' : both(reason)),
    h(
      'dl',
      null,
      h('dt', null, say('seen')),
      h('dd', null, seenText(now, ageMs)),
      h('dt', null, say('lastSound')),
      h(
        'dd',
        null,
        last === null
          ? say('never')
          : h(
              'span',
              null,
              mark(lookOfVerdict(last.verdict)),
              ' ',
              last.value === null ? '' : `${last.value}\u00a0${last.unit ?? ''} `,
              h(
                'span',
                { class: 'varies' },
                last.ageMs === null ? '' : say('ago', { age: ageText(last.ageMs + ageMs) }),
              ),
            ),
      ),
      h('dt', null, say('proof')),
      h('dd', null, both(proofWords[terminal.proof] ?? { zh: terminal.proof, en: terminal.proof })),
    ),
    h('h3', null, say('callWhom')),
    part(Contacts, { ui, zone: terminal.zone, onShown: intoSight, key: terminal.zone }),
  );
  return h('div', { class: 'detail-place', ref: place }, told);
};

const detailIntoSight = (): void => document.querySelector('.detail-place')?.scrollIntoView({ block: 'nearest' });

/** Every terminal as a square: what is wrong comes first; each with shape, word and the age of what is known. */
export const terminalsScreen = (ui: Ui): VNode => {
  const { model, dispatch } = ui;
  const all = terminalsByTrouble(model);
  const ageMs = ageOfState(model) ?? 0;
  const chosen = all.find(({ terminal }) => terminal.id === model.terminal);
  const square = ({ terminal, now, look }: (typeof all)[number]): VNode =>
    button(
      {
        kind: `square ${look.tone}`,
        pressed: terminal.id === model.terminal,
        onPress: () => {
          // Chosen already: what is known of it may have been scrolled away.
          if (terminal.id === model.terminal) detailIntoSight();
          dispatch({ act: 'terminal', terminal: terminal.id });
        },
      },
      mark(look),
      h('span', { class: 'square-name' }, both(terminal.name)),
      h('span', { class: 'square-age' }, seenText(now, ageMs)),
    );
  return h(
    'main',
    { class: 'terminals' },
    h(
      'h2',
      null,
      say('terminals'),
      ' ',
      // For technicians: nobody else is sent to a screen that refuses him.
      model.person === null || model.person.role === 'technician'
        ? button({ kind: 'small', onPress: () => dispatch({ act: 'go', place: 'raw' }) }, say('raw'))
        : null,
    ),
    h(
      'div',
      { class: 'columns wide-left' },
      h('div', { class: 'squares' }, ...all.map(square)),
      chosen === undefined ? null : part(Detail, { ui, ...chosen, key: chosen.terminal.id }),
    ),
  );
};

/** What was: broadcasts with their numbers, then the last receipts. Drills stand apart, and are hidden at first. */
export const recordsScreen = (ui: Ui): VNode => {
  const { model, dispatch } = ui;
  const { live, showDrills } = model;
  const ageMs = ageOfState(model) ?? 0;
  const shown = (live?.ended ?? []).filter(({ status }) => (status === 'actual') !== showDrills);
  const tab = (show: boolean, word: 'realRecords' | 'drillRecords'): VNode =>
    button(
      { kind: 'choice', pressed: showDrills === show, onPress: () => dispatch({ act: 'show-drills', show }) },
      say(word),
    );
  return h(
    'main',
    { class: `records ${showDrills ? 'drill-frame' : ''}` },
    h('h2', null, say('records')),
    h('div', { class: 'choices' }, tab(false, 'realRecords'), tab(true, 'drillRecords')),
    h(
      'div',
      { class: 'columns' },
      h(
        'ul',
        { class: 'rows broadcasts' },
        shown.length === 0 ? h('li', null, say('noneYet')) : null,
        ...shown.map((one) =>
          h(
            'li',
            { key: one.id },
            levelBadge(one),
            h('b', null, one.headline),
            ' ',
            both(endedWords[one.ended ?? ''] ?? pageWords.ended),
            ' ',
            h('span', { class: 'varies' }, say('ago', { age: ageText((one.endedAgoMs ?? 0) + ageMs) })),
            countsLine(one.counts),
          ),
        ),
      ),
      section(
        pageWords.timeline,
        'timeline',
        h(
          'ol',
          { class: 'rows varies', tabIndex: 0, 'aria-label': pageWords.timeline.zh },
          ...(live?.receipts ?? [])
            .filter((one, _at, receipts) => isOfDrill(one, receipts) === showDrills)
            .map((one) =>
              h('li', { key: one.number }, h('time', null, clockText(one.wall, true)), ' ', both(one.words)),
            ),
        ),
      ),
    ),
  );
};

/** For technicians: everything the box says of itself. */
export const RawScreen = ({ model, actions }: Ui): VNode => {
  useEffect(() => actions.showRaw(), []);
  return h('main', null, h('h2', null, say('raw')), h('pre', { class: 'raw varies', tabIndex: 0 }, model.raw ?? '…'));
};
