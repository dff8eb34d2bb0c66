import { describe, expect, it } from 'vitest';
import { edited, load, loaded, type Files } from './village.ts';

const threshold = 'plan: flash-flood-now\n        zones: [heba, shangba]';

/** The example, where nothing of the plan for any other emergency can be heard at the school. */
const mute = (): Files => {
  let files = edited('plans/80-any-emergency.yaml', '  - { play: speech }\n', '');
  files = edited('plans/80-any-emergency.yaml', 'laojie, xuexiao]', 'laojie]', files);
  files = edited('site.yaml', 'zone: xuexiao\n    kind: siren', 'zone: laojie\n    kind: siren', files);
  return edited('site.yaml', ', device: 1, sound: { pattern: gong }', ', device: 1', files);
};

describe('a plan that is started where nothing of it can be heard', () => {
  it('is warned of at the zone in question, of a threshold and of the key', async () => {
    let files = edited('site.yaml', threshold, 'plan: any-emergency\n        zones: [heba, xuexiao]', mute());
    files = edited('site.yaml', 'plan: geohazard-now }', 'plan: any-emergency, zones: [shangba, xuexiao] }', files);
    const { warnings } = await loaded(files);
    const lines = String(files['site.yaml']).split('\n');
    expect(warnings.map(({ at }) => lines[(at?.line ?? 0) - 1]?.slice((at?.column ?? 0) - 1))).toEqual([
      'xuexiao]',
      'xuexiao] }',
    ]);
  });

  it('is not spoken of where the threshold only starts a drill, which has items of its own', async () => {
    const drill = 'plan: any-emergency\n        status: drill\n        zones: [heba, xuexiao]';
    expect((await loaded(edited('site.yaml', threshold, drill, mute()))).warnings).toEqual([]);
  });

  it('is not spoken of where the playlist is a mistake by itself: nobody knows what could be heard', async () => {
    const files = edited('site.yaml', threshold, 'plan: any-emergency\n        zones: [heba, xuexiao]', mute());
    const list = 'playlist:\n  - { play: tone, tone: evacuate-prepare }\n';
    const broken = await load(edited('plans/80-any-emergency.yaml', list, 'playlist: []\n', files));
    expect(broken).toMatchObject({ ok: false, warnings: [] });
  });
});
