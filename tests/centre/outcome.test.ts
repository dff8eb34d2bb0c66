import { afterEach, describe, expect, it } from 'vitest';
import { liveMarkup } from '../../emulator/centre/live.ts';
import { viewOf } from '../../emulator/centre/view.ts';
import { until } from './scripted-box.ts';
import { cleanUp, connectBox, startCentre } from './support.ts';

afterEach(cleanUp);

const ended = { stage: 'ended', how: 'completed', due: 3, sounded: 2, failed: 0, unknown: 1 };
const outcomeOf = (box: string, order: string, outcome: object): object => ({
  v: 1,
  type: 'order.outcome',
  box,
  at: { mono: 1, wall: 1, trust: 'trusted' },
  order,
  outcome,
});

describe('a box that was sent an order again', () => {
  it('is shown with the outcome it told, the newest for each order', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    const sent = await centre.issue({ headline: '演练' });
    if (!sent.ok) expect.fail(sent.failure.code);
    const { id } = sent.value;
    box.send({ type: 'outcome', ...box.signed(outcomeOf(box.id, id, { stage: 'accepted' })) });
    box.send({ type: 'outcome', ...box.signed(outcomeOf(box.id, id, ended)) });
    await until(() => viewOf(centre).orders[0]?.repeated.some(({ outcome }) => outcome.stage === 'ended'));
    expect(viewOf(centre).orders[0]?.repeated).toEqual([{ box: box.id, outcome: ended }]);
    expect(liveMarkup(viewOf(centre)).markup).toContain('answer to the order sent again');
  });

  it('is not believed without its signature', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    const sent = await centre.issue({ headline: '演练' });
    if (!sent.ok) expect.fail(sent.failure.code);
    const { signed } = box.signed(outcomeOf(box.id, sent.value.id, ended));
    box.send({ type: 'outcome', signed, signature: `${'A'.repeat(86)}==` });
    await until(() => centre.remarks().some(({ code }) => code === 'centre-signature'));
    expect(viewOf(centre).orders[0]?.repeated).toEqual([]);
  });
});
