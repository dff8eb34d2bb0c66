import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Village } from '../../emulator/start/run-village.ts';
import type { PanelFace } from '../../emulator/panel/panel.ts';
import { receiptsOf, stageIs, startVillage, workdayAt } from '../e2e/box.ts';
import { pause } from '../support/waiting.ts';

/** The compiled box with its panel process, the emulated board on a pseudo-terminal, and hands by HTTP. */
describe('the panel of the emulated village', () => {
  let village: Village;
  const panelUrl = (): string => `${village.http.url}/panel`;
  const hands = async (body: unknown): Promise<PanelFace> => {
    const response = await fetch(panelUrl(), { method: 'POST', body: JSON.stringify(body) });
    expect(response.status).toBe(200);
    return (await response.json()) as PanelFace;
  };
  const face = async (): Promise<PanelFace> => (await (await fetch(panelUrl())).json()) as PanelFace;
  const sounding = (): readonly string[] =>
    village.world
      .state()
      .terminals.filter(({ heard }) => heard !== null)
      .map(({ terminal }) => terminal);
  const elapsed = (): number => village.world.core.timeline.elapsedMs;

  beforeAll(async () => {
    village = await startVillage(workdayAt(14, 0));
    await vi.waitFor(async () => expect((await face()).lamps).toMatchObject({ power: true, uplink: true }), {
      timeout: 30_000,
      interval: 50,
    });
    // A key counts only after the board was read back and it was seen off for 300 ms; a busy machine takes its time.
    await pause(3_000);
  }, 60_000);

  afterAll(() => village.close(), 60_000);

  test('a turn of the key makes the sirens sound, the lamp blinks until somebody answers, stop makes silence', async () => {
    const { first } = receiptsOf(village);
    expect((await face()).lamps.alarm).toBe(false);
    const turnedAt = elapsed();
    await hands({ key: 'on' });
    await vi.waitFor(() => expect(sounding().filter((id) => id.includes('siren'))).not.toEqual([]), {
      timeout: 5_000,
      interval: 5,
    });
    const soundedAt = elapsed();
    const started = await first(stageIs('queued'));
    expect(started.alert).toMatch(/^local-/);

    for (const isLit of [true, false, true]) {
      const looks = async (): Promise<void> => expect((await face()).lamps.alarm).toBe(isLit);
      await vi.waitFor(looks, { timeout: 2_500, interval: 40 });
    }

    await hands({ press: 'acknowledge' });
    const answered = await first(stageIs('answered'));
    expect(answered.body).toMatchObject({ person: 'panel:acknowledge', source: 'panel' });
    expect(answered.trace).toBe(started.trace);

    await vi.waitFor(() => expect(sounding().filter((id) => id.includes('siren'))).not.toEqual([]), {
      timeout: 60_000,
      interval: 5,
    });
    const pressedAt = elapsed();
    await hands({ press: 'stop' });
    await vi.waitFor(() => expect(sounding()).toEqual([]), { timeout: 5_000, interval: 5 });
    const silentAt = elapsed();
    const ended = await first(stageIs('ended', { how: 'stopped' }));
    expect(ended.trace).toBe(started.trace);
    console.info(
      `panel: key → first siren ${Math.round(soundedAt - turnedAt)} ms; stop → silence ${Math.round(silentAt - pressedAt)} ms`,
    );
    expect(soundedAt - turnedAt).toBeLessThan(2_500);
    expect(silentAt - pressedAt).toBeLessThan(2_500);
    await vi.waitFor(async () => expect((await face()).lamps.alarm).toBe(false), { timeout: 20_000, interval: 50 });
  }, 120_000);
});
