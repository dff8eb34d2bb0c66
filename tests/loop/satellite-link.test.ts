import { describe, expect, test } from 'vitest';
import { openSatelliteLink, satelliteStatusOf } from '../../src/box/satellite-link.ts';
import type { Severity } from '../../src/core/alert.ts';
import type { Receipt, Stage } from '../../src/core/receipt.ts';
import { emptyVillage, type Durable } from '../../src/core/village.ts';
import { decodeReceipt } from '../../src/uplink/satellite-status.ts';
import { failed, ok } from '../../src/words/failure.ts';
import { alert, Hamlet } from '../core/hamlet.ts';

const seen = (via: 'satellite' | 'websocket') => ({ at: 1, hash: 'h', via, outcome: { stage: 'accepted' } }) as const;
/** What a checkpoint gives back after a restart: one order by satellite, one by WebSocket. */
const durable: Durable = { ...emptyVillage.durable, seen: { far: seen('satellite'), near: seen('websocket') } };
const ended = { stage: 'ended', how: 'completed', due: 3, sounded: 2, failed: 0, unknown: 1 } as const;
const receipt = (trace: string, body: Stage): Receipt => ({
  number: 1,
  at: { mono: 1, wall: 1, trust: 'guessed' },
  trace,
  alert: null,
  broadcast: null,
  status: null,
  body,
});

const bench = (more: { readonly connected?: boolean; readonly slow?: boolean } = {}) => {
  const answers: ((isSent: boolean) => void)[] = [];
  let [hasSky, hasDisk] = [true, true];
  const sent: Uint8Array[] = [];
  let mono = 0;
  let counter = 0;
  const link = openSatelliteLink({
    terminal: {
      send: (bytes) => {
        sent.push(bytes);
        const answered = (isSent: boolean) =>
          isSent ? ok(null) : failed('satellite-refused', { reason: 'not-locked' });
        if (more.slow !== true) return Promise.resolve(answered(hasSky));
        return new Promise((resolve) => answers.push((isSent) => resolve(answered(isSent))));
      },
      state: () => ({ ready: true, reason: '', periodS: 60 }),
      stop: () => undefined,
    },
    boxId: 'shiling-01',
    macKey: new Uint8Array(32),
    durable: () => durable,
    mono: () => mono,
    connected: () => more.connected ?? true,
    nextCounter: () => Promise.resolve(hasDisk ? (counter += 1) : null),
    report: () => undefined,
  });
  const told = async (act: () => void): Promise<number> => {
    sent.length = 0;
    act();
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    return sent.length;
  };
  /** Looks every five seconds for so long, and tells after how many each report went out. */
  const looks = async (ms: number): Promise<readonly number[]> => {
    const begun = mono;
    const at: number[] = [];
    for (; mono < begun + ms; mono += 5_000) if ((await told(() => link.look())) > 0) at.push(mono - begun);
    return at;
  };
  return {
    ...{ link, told, sent, looks },
    sky: (seen: boolean) => (hasSky = seen),
    /** A slow terminal comes to the end of the oldest report it was given. */
    answer: (isSent: boolean) => answers.shift()?.(isSent),
    disk: (takes: boolean) => (hasDisk = takes),
    pass: (ms: number) => (mono += ms),
  };
};

describe('orders that came by satellite', () => {
  test('before a restart are told their end by satellite after it; all others are not', async () => {
    const { link, told } = bench();
    expect(await told(() => link.receipt(receipt('far', ended)))).toBe(1);
    expect(await told(() => link.receipt(receipt('near', ended)))).toBe(0);
    expect(await told(() => link.receipt(receipt('', { stage: 'noted', code: 'x', detail: '' })))).toBe(0);
  });

  test('start in several zones and are told so once', async () => {
    const { link, told } = bench();
    const start = (zone: string): void => link.receipt(receipt('far', { stage: 'started', zone, pass: 1 }));
    expect(await told(() => ['east', 'west'].forEach(start))).toBe(1);
  });

  test('that come again while they wait or sound are told that they were taken', async () => {
    const { link, told, sent } = bench();
    expect(await told(() => link.repeated('0123456789abcdef'.repeat(2), { stage: 'accepted' }))).toBe(1);
    const site = { boxId: 'shiling-01', macKey: new Uint8Array(32) };
    expect(decodeReceipt(sent[0] ?? new Uint8Array(), site, 0)).toMatchObject({
      value: { receipt: { order: '0123456789abcdef', stage: 'verified', code: null } },
    });
  });

  test('that come again are told how they ended, also shortly after they were told to be taken', async () => {
    const { link, told } = bench();
    expect(await told(() => link.repeated('far', { stage: 'accepted' }))).toBe(1);
    expect(await told(() => link.repeated('far', ended))).toBe(1);
  });

  test('that come again are told their outcome, at most once in ten minutes', async () => {
    const { link, told, pass } = bench();
    const repeat = (): void => link.repeated('far', ended);
    expect(await told(() => [1, 2, 3].forEach(repeat))).toBe(1);
    pass(599_999);
    expect(await told(repeat)).toBe(0);
    pass(1);
    expect(await told(repeat)).toBe(1);
  });
});

describe('a receipt that the terminal did not take', () => {
  const minuteMs = 60_000;

  test('is sent again after ten minutes, then less often, until it is out, and then no more', async () => {
    const { link, told, looks, sky } = bench();
    sky(false);
    expect(await told(() => link.receipt(receipt('far', ended)))).toBe(1);
    expect(await looks(75 * minuteMs)).toEqual([10, 30, 70].map((minutes) => minutes * minuteMs));
    sky(true);
    expect(await looks(300 * minuteMs)).toEqual([55 * minuteMs]);
  });

  test('gives way to what is newer of the same order', async () => {
    const { link, told, looks, sky, pass } = bench();
    sky(false);
    await told(() => link.receipt(receipt('far', { stage: 'started', zone: 'east', pass: 1 })));
    await told(() => link.receipt(receipt('far', ended)));
    sky(true);
    pass(10 * minuteMs);
    expect(await told(() => link.look())).toBe(1);
    expect(await looks(300 * minuteMs)).toEqual([]);
  });

  test('is not given again to a terminal that is still at it', async () => {
    const { link, told, looks, answer } = bench({ slow: true });
    expect(await told(() => link.receipt(receipt('far', ended)))).toBe(1);
    expect(await looks(15 * minuteMs)).toEqual([]);
    await told(() => answer(false));
    expect(await looks(15 * minuteMs)).toEqual([10 * minuteMs]);
  });

  test('is still owed when an older one of its order went out before it', async () => {
    const { link, told, looks, answer } = bench({ slow: true });
    await told(() => link.receipt(receipt('far', { stage: 'started', zone: 'east', pass: 1 })));
    await told(() => link.receipt(receipt('far', ended)));
    await told(() => answer(true));
    await told(() => answer(false));
    expect(await looks(15 * minuteMs)).toEqual([10 * minuteMs]);
  });

  test('waits with the others, and of a hundred the newest are kept: one tries, and all follow it once it is out', async () => {
    const { link, told, looks, sky } = bench();
    sky(false);
    const repeat = (at: number): void => link.repeated(`order-${at}`, ended);
    expect(await told(() => Array.from({ length: 100 }, (_, at) => at).forEach(repeat))).toBe(100);
    expect(await looks(15 * minuteMs)).toEqual([10 * minuteMs]);
    sky(true);
    expect(await looks(300 * minuteMs)).toHaveLength(64);
  });
});

describe('the state of a village that is cut off', () => {
  const minuteMs = 60_000;

  test('goes out after a minute without a link, and then once an hour while it stays the same', async () => {
    const { looks } = bench({ connected: false });
    expect(await looks(130 * minuteMs)).toEqual([minuteMs, 61 * minuteMs, 121 * minuteMs]);
  });

  test('that the sky did not take is tried again after ten minutes, then less often, until it is out', async () => {
    const { looks, sky } = bench({ connected: false });
    sky(false);
    expect(await looks(75 * minuteMs)).toEqual([1, 11, 31, 71].map((minutes) => minutes * minuteMs));
    sky(true);
    expect(await looks(120 * minuteMs)).toEqual([56, 116].map((minutes) => minutes * minuteMs));
    sky(false);
    expect(await looks(90 * minuteMs)).toEqual([56, 66, 86].map((minutes) => minutes * minuteMs));
  });

  test('for which no counter could be written is tried again after ten minutes as well', async () => {
    const { looks, disk } = bench({ connected: false });
    disk(false);
    expect(await looks(10 * minuteMs)).toEqual([]);
    disk(true);
    expect(await looks(90 * minuteMs)).toEqual([minuteMs, 61 * minuteMs]);
  });
});

describe('what is known of a terminal', () => {
  /** A village in which a warning of this level has sounded at the first siren. */
  const sounded = (id: string, severity: Severity) => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert(id, { severity }) });
    village.run(2_000);
    village.tell({ kind: 'evidence', findings: [village.finding('east-siren-1', 'sounding')] });
    const told = () => {
      const { alertId, states } = satelliteStatusOf(village.village.durable);
      return [alertId, states[0]];
    };
    return { village, told };
  };

  test('is what the named warning came to: what sounded for the one before it is no proof of this one', () => {
    const { village, told } = sounded('orange', 'orange');
    expect(told()).toEqual(['orange', 'sounded']);
    village.issue({ kind: 'issue', alert: alert('red') });
    village.run(1);
    expect(told()).toEqual(['red', 'ready']);
  });

  test('is told of the warning that sounds, not of a lesser one that waits behind it', () => {
    const { village, told } = sounded('red', 'red');
    village.issue({ kind: 'issue', alert: alert('blue', { severity: 'blue' }) });
    village.run(1);
    expect(told()).toEqual(['red', 'sounded']);
  });

  test('that was only switched for the warning on air is unknown, however well it is; a warning that is over says nothing', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('red') });
    village.run(2_000);
    village.tell({ kind: 'evidence', findings: [village.finding('east-siren-1', 'on')] });
    const { durable } = village.village;
    expect(durable.terminals['east-siren-1']?.health ?? 'well').toBe('well');
    expect(satelliteStatusOf(durable)).toMatchObject({ alertId: 'red' });
    expect(satelliteStatusOf(durable).states[0]).toBe('unknown');
    village.issue({ kind: 'cancel', alertId: 'red' });
    expect(satelliteStatusOf(village.village.durable)).toMatchObject({ alertId: null });
    expect(satelliteStatusOf(village.village.durable).states[0]).toBe('ready');
  });

  test('of two equal warnings the newer is named', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('first') });
    village.issue({ kind: 'issue', alert: alert('second', { zones: ['west'] }) });
    expect(satelliteStatusOf(village.village.durable).alertId).toBe('second');
  });
});
