import { describe, expect, it } from 'vitest';
import { dark, type PanelShow } from '../../src/panel/panel-show.ts';
import { Bench, panelWiring, pins } from './bench.ts';

const outputs = [pins.power, pins.alarm, pins.fault, pins.uplink, pins.buzzer];
const ready = async (): Promise<Bench> => {
  const bench = await new Bench().up();
  await bench.run(500);
  return bench;
};
const lit: PanelShow = { power: true, alarm: 'steady', fault: true, uplink: true, buzzer: true };

describe('the panel behind johnny-five and firmata-io', () => {
  it('comes up with every output dark and the buzzer silent, and reads every pin back', async () => {
    const bench = await new Bench().up();
    expect(outputs.map((pin) => bench.board.output(pin))).toEqual(outputs.map(() => false));
    expect(bench.said('down')).toEqual([]);
  });

  it('starts the plan once when the key is turned, held and confirmed', async () => {
    const bench = await ready();
    bench.turn(true);
    await bench.run(290);
    expect(bench.said('turned')).toEqual([]);
    await bench.run(30);
    expect(bench.said('turned')).toHaveLength(1);
    await bench.run(60_000);
    bench.turn(false);
    await bench.run(2_000);
    expect(bench.said('turned')).toHaveLength(1);
    bench.turn(true);
    await bench.run(400);
    expect(bench.said('turned')).toHaveLength(2);
  });

  it('starts nothing by a contact that chatters, a wire that is cut, or one that is shorted', async () => {
    const bench = await ready();
    for (let bounce = 0; bounce < 40; bounce += 1) {
      bench.turn(bounce % 2 === 0);
      await bench.run(120);
    }
    bench.turn(false);
    await bench.run(1_000);
    bench.board.setGrounded(pins.keyClosed, false);
    await bench.run(5_000);
    expect(bench.said('key').at(-1)).toEqual({ say: 'key', position: 'fault' });
    bench.board.setGrounded(pins.keyClosed, true);
    await bench.run(1_000);
    bench.board.setGrounded(pins.keyOpen, true);
    await bench.run(5_000);
    expect(bench.said('turned')).toEqual([]);
    expect(bench.said('key').filter((report) => 'position' in report && report.position === 'fault')).toHaveLength(2);
  });

  it('starts nothing when the key is on at the first attachment', async () => {
    const bench = new Bench();
    bench.turn(true);
    await bench.up();
    await bench.run(5_000);
    expect(bench.said('turned')).toEqual([]);
    expect(bench.said('key')).toEqual([{ say: 'key', position: 'left-on' }]);
  });

  it('starts nothing when the board restarts in the middle of a turn', async () => {
    const bench = await ready();
    bench.turn(true);
    await bench.run(150);
    bench.board.restart();
    await bench.run(5_000);
    expect(bench.said('turned')).toEqual([]);
    expect(bench.said('up')).toHaveLength(2);
    expect(bench.said('key').at(-1)).toEqual({ say: 'key', position: 'left-on' });
  });

  it('reports a stop on the first edge, without any time going by', async () => {
    const bench = await ready();
    const before = bench.now;
    bench.press(pins.stop);
    await bench.run(0);
    expect(bench.said('stop')).toHaveLength(1);
    expect(bench.now).toBe(before);
  });

  it('takes a stop that is down when the board is attached for a press, a stuck one only once', async () => {
    const bench = new Bench();
    bench.board.setGrounded(pins.stop, true);
    await bench.up();
    expect(bench.said('stop')).toHaveLength(1);
    await bench.run(31_000);
    expect(bench.said('stuck')).toEqual([{ say: 'stuck', button: 'stop', isStuck: true }]);
    bench.board.restart();
    await bench.run(5_000);
    expect(bench.said('up')).toHaveLength(2);
    expect(bench.said('stop')).toHaveLength(1);
  });

  // The box forgets it at every attachment, and would otherwise show nothing.
  it('tells anew of a button that is stuck still after the next attachment', async () => {
    const bench = new Bench();
    bench.board.setGrounded(pins.stop, true);
    await bench.up();
    await bench.run(31_000);
    bench.board.restart();
    await bench.run(36_000);
    const stuck = { say: 'stuck', button: 'stop', isStuck: true };
    expect([bench.said('up').length, bench.said('stuck')]).toEqual([2, [stuck, stuck]]);
  });

  it('takes such a stop for a press again once the stuck button was found free', async () => {
    const bench = new Bench();
    bench.board.setGrounded(pins.stop, true);
    await bench.up();
    await bench.run(31_000);
    bench.unplug();
    bench.board.setGrounded(pins.stop, false);
    await bench.run(5_000);
    expect([bench.said('up').length, bench.said('stop').length]).toEqual([2, 1]);
    bench.unplug();
    bench.board.setGrounded(pins.stop, true);
    await bench.run(5_000);
    expect([bench.said('up').length, bench.said('stop').length]).toEqual([3, 2]);
  });

  it('hears a stop whose report was swallowed on the wire, before the finger is gone', async () => {
    const bench = await ready();
    let swallowed = 0;
    bench.onTheWire = (bytes) => {
      if (swallowed > 0 || bytes[0] !== 0x90) return bytes;
      swallowed += 1;
      return Uint8Array.of(bytes[0], 0xff);
    };
    bench.board.setGrounded(pins.stop, true);
    await bench.run(120);
    bench.board.setGrounded(pins.stop, false);
    expect(swallowed).toBe(1);
    expect(bench.said('stop')).toHaveLength(1);
  });

  it('reports an acknowledgement once a press, and not for a button that is down at the start', async () => {
    const bench = new Bench();
    bench.board.setGrounded(pins.acknowledge, true);
    await bench.up();
    await bench.run(500);
    bench.board.setGrounded(pins.acknowledge, false);
    await bench.run(500);
    expect(bench.said('acknowledge')).toEqual([]);
    bench.press(pins.acknowledge);
    bench.press(pins.acknowledge);
    await bench.run(200);
    expect(bench.said('acknowledge')).toHaveLength(1);
  });
});

describe('what the panel shows', () => {
  it('is driven at once when it changes, and again in full after every attachment', async () => {
    const bench = await ready();
    bench.keeper.show({ ...lit, buzzer: false });
    await bench.run(0);
    expect(outputs.map((pin) => bench.board.output(pin))).toEqual([true, true, true, true, false]);
    bench.board.restart();
    expect(bench.board.output(pins.alarm)).toBe(false);
    await bench.run(5_000);
    expect(outputs.map((pin) => bench.board.output(pin))).toEqual([true, true, true, true, false]);
  });

  it('blinks and beeps once a second, no faster', async () => {
    const bench = await ready();
    bench.keeper.show({ ...dark, alarm: 'blink', buzzer: true });
    let edges = 0;
    let last = bench.board.output(pins.alarm);
    for (let ms = 0; ms < 10_000; ms += 50) {
      await bench.run(50);
      const now = bench.board.output(pins.alarm);
      if (now !== last) edges += 1;
      last = now;
    }
    expect(edges).toBeGreaterThanOrEqual(18);
    expect(edges).toBeLessThanOrEqual(21);
  });

  it('is all dark when the box says goodbye', async () => {
    const bench = await ready();
    bench.keeper.show(lit);
    await bench.run(10);
    await bench.keeper.close();
    expect(outputs.map((pin) => bench.board.output(pin))).toEqual(outputs.map(() => false));
  });

  it('notices an output that changed by itself, and sets it right', async () => {
    const bench = await ready();
    bench.keeper.show({ ...dark, power: true });
    await bench.run(10);
    // F5 pin 0: somebody else writes to the board.
    bench.board.receive(Uint8Array.of(0x91, 0x00, 0x00));
    expect(bench.board.output(pins.power)).toBe(false);
    await bench.run(6_000);
    expect(bench.board.output(pins.power)).toBe(true);
  });
});

describe('the link to the board', () => {
  it('is down within three seconds of the board’s last word, and up again by itself', async () => {
    const bench = await ready();
    bench.board.isSilent = true;
    await bench.run(4_000);
    expect(bench.said('down')).toMatchObject([{ code: 'panel-link-lost' }]);
    bench.board.isSilent = false;
    await bench.run(12_000);
    expect(bench.said('up')).toHaveLength(2);
  });

  it('is tried again and again while the board is silent, ever more slowly', async () => {
    const bench = new Bench();
    bench.board.isSilent = true;
    await bench.run(10 * 60_000);
    expect(bench.said('down').every((report) => 'code' in report && report.code === 'panel-board-silent')).toBe(true);
    expect(bench.said('down').length).toBeGreaterThan(25);
    expect(bench.said('down').length).toBeLessThan(50);
    bench.board.isSilent = false;
    await bench.run(20_000);
    expect(bench.said('up')).toHaveLength(1);
  });

  it('survives a version that is told late, in the third second', async () => {
    const bench = new Bench();
    bench.board.isSilent = true;
    await bench.run(2_600);
    bench.board.isSilent = false;
    await bench.run(500);
    expect(bench.said('up')).toHaveLength(1);
    expect(bench.said('down')).toEqual([]);
  });

  it('comes back after the plug was pulled, also in the middle of a handshake', async () => {
    const bench = new Bench();
    bench.board.isSilent = true;
    await bench.run(1_200);
    bench.unplug();
    bench.board.isSilent = false;
    await bench.run(2_000);
    expect(bench.said('up')).toHaveLength(1);
    bench.unplug();
    bench.refusesToOpen = true;
    await bench.run(5_000);
    bench.refusesToOpen = false;
    await bench.run(11_000);
    expect(bench.said('up')).toHaveLength(2);
  });

  it('names a pin that the board does not have', async () => {
    const bench = new Bench({ ...panelWiring, buzzer: 40 });
    await bench.run(200);
    expect(bench.said('down')).toMatchObject([
      { code: 'panel-board-unfit', detail: expect.stringContaining('40') as string },
    ]);
  });

  it('asks for a fresh process after forty attachments, because the library keeps every board', async () => {
    const bench = await ready();
    for (let times = 0; times < 60 && bench.worn === 0; times += 1) {
      bench.unplug();
      await bench.run(12_000);
    }
    expect(bench.worn).toBe(1);
    expect(bench.said('up')).toHaveLength(40);
  });
});
