import { describe, expect, it } from 'vitest';
import { explainKey } from '../../src/config/explain-key.ts';
import { example, loaded, placeOf } from './village.ts';

const village = loaded(example);
const explained = async (key: string) => {
  const result = explainKey(await village, key);
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
};
const siteText = String(example['site.yaml']);

describe('a key is explained', () => {
  it('with its value and the place where it is written', async () => {
    const found = await explained('limits.sirenPerHour');
    expect(found).toMatchObject({ key: 'site.limits.sirenPerHour', value: '20 min', fallback: '20 min' });
    expect(found.from).toMatchObject({ file: 'site.yaml', ...placeOf(siteText, 0, 'sirenPerHour: |20 min') });
    expect(found.means.en).toContain('hour');
    expect(found.means.zh).toContain('小时');
  });

  it('with its default where the file is silent', async () => {
    expect(await explained('limits.renewEvery')).toMatchObject({ value: '5 s', from: 'default' });
    expect(await explained('terminals.heba-siren-2.leadIn')).toMatchObject({ value: '0 ms', from: 'default' });
  });

  it('as not set where there is neither', async () => {
    expect(await explained('terminals.heba-siren-2.longest')).toMatchObject({ value: null, from: 'not-set' });
  });

  it('for entries of a list by their id or their number', async () => {
    expect((await explained('zones.heba.households')).value).toBe(20);
    expect((await explained('zones[0].households')).value).toBe(20);
    expect((await explained('lines.sirens.units[2].groupBit')).value).toBe(2);
    expect((await explained('zones.heba.areaCodes[0]')).value).toBe('500112199201');
  });

  it('in plans by their id, and in people', async () => {
    expect(await explained('plan.geohazard-now.drill.sirenUnlock')).toMatchObject({
      value: '3 s',
      from: { file: 'plans/10-geohazard-now.yaml' },
    });
    expect((await explained('people.staff.li-ming.role')).value).toBe('leader');
  });

  it.each([
    ['limits.sirenPrHour', 'site.limits.sirenPerHour'],
    ['zones.nowhere.households', 'site.zones[].households'],
    ['plan.no-such.repeats', ''],
    ['__proto__.x', ''],
    ['', ''],
    ['zones[99999999].name', 'site.zones[].name'],
  ])('or refused with the nearest one: %s', async (key, nearest) => {
    const result = explainKey(await village, key);
    expect(result).toMatchObject({ ok: false, failure: { code: 'config-key-unknown' } });
    if (nearest !== '') expect(result).toMatchObject({ failure: { params: { nearest } } });
  });
});
