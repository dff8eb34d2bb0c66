import { describe, expect, it } from 'vitest';
import { levelsAt, panelShow, type PanelShow } from '../../src/panel/panel-show.ts';
import { alert, Hamlet } from '../core/hamlet.ts';

const showOf = (village: Hamlet, more: { connected?: boolean; troubles?: readonly string[] } = {}): PanelShow =>
  panelShow({
    durable: village.village.durable,
    mono: village.mono,
    connected: more.connected ?? true,
    troubles: new Set(more.troubles ?? []),
  });
const answered = { kind: 'answered', person: 'panel:acknowledge', source: 'panel', id: 'a' } as const;

describe('what the lamps say', () => {
  it('in a quiet village: power and uplink, nothing else', () => {
    expect(showOf(new Hamlet())).toEqual({ power: true, alarm: 'off', fault: false, uplink: true, buzzer: false });
  });

  it('the alarm lamp blinks and the buzzer beeps when an order comes, until somebody answers', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('one') });
    expect(showOf(village)).toMatchObject({ alarm: 'blink', buzzer: true });
    village.tell(answered);
    expect(showOf(village)).toMatchObject({ alarm: 'steady', buzzer: false });
    village.tell({ kind: 'stop', source: 'panel', person: 'panel:stop', id: 's' });
    expect(showOf(village)).toMatchObject({ alarm: 'off', buzzer: false });
  });

  it('the buzzer gives up after a minute, the lamp does not', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('one') });
    village.run(59_999);
    expect(showOf(village).buzzer).toBe(true);
    village.run(1);
    expect(showOf(village)).toMatchObject({ alarm: 'blink', buzzer: false });
  });

  it('the key of the panel lights the lamp and does not beep; a sensor does both', () => {
    const trigger = (person: string) => {
      const village = new Hamlet();
      const by = { text: null, sirenUnlocked: false, status: 'actual', severity: 'red', zones: [] } as const;
      village.tell({ kind: 'trigger', trigger: { id: 't', plan: 'move-now', person, source: 'panel', ...by } });
      return showOf(village);
    };
    expect(trigger('panel:key')).toMatchObject({ alarm: 'blink', buzzer: false });
    expect(trigger('sensor:rain')).toMatchObject({ alarm: 'blink', buzzer: true });
  });

  it('a drill lights nothing', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('one', { status: 'drill' }) }, { class: 'drill' });
    expect(showOf(village)).toMatchObject({ alarm: 'off', buzzer: false });
  });

  it('the fault lamp is lit by a terminal that is not well and by any trouble; a lost uplink has its own lamp', () => {
    const village = new Hamlet();
    village.tell({ kind: 'unit-lost', terminal: 'east-siren-1', reason: 'no-reply' });
    expect(showOf(village).fault).toBe(true);
    village.tell({ kind: 'unit-back', terminal: 'east-siren-1' });
    expect(showOf(village).fault).toBe(false);
    expect(showOf(village, { troubles: ['panel-key-fault'] }).fault).toBe(true);
    expect(showOf(village, { troubles: ['uplink-lost'], connected: false })).toMatchObject({
      fault: false,
      uplink: false,
    });
  });

  it('blinks at one hertz', () => {
    const show: PanelShow = { power: true, alarm: 'blink', fault: true, uplink: false, buzzer: true };
    const levels = Array.from({ length: 20 }, (_, half) => levelsAt(show, half * 500));
    expect(levels.map(({ alarm }) => alarm)).toEqual(levels.map((_, half) => half % 2 === 0));
    expect(levels.every(({ power, fault, uplink }) => power && fault && !uplink)).toBe(true);
  });
});
