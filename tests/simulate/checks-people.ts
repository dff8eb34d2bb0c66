import { type Checker, firstOf } from './checker.ts';

/** What a stop that is rightly signed may still be refused for: it is too old, was here before, or the key is unknown. */
const allowedRefusals: ReadonlySet<string> = new Set([
  ...['order-replayed', 'order-expired', 'order-too-early', 'memory-lost', 'envelope-key-unknown'],
]);

/** Whatever state the box is in: a stop is taken in the very instant it is given. */
export const stopReachable: Checker = {
  promise: 'I7',
  look: ({ history }) => history.deafTo[0] ?? null,
  receipt: ({ village }, { trace, body }) => {
    const order = village.centre.orders.get(trace);
    if (body.stage !== 'refused' || order?.class !== 'stop' || order.wrong !== null) return null;
    return allowedRefusals.has(body.code) ? null : `a genuine stop was refused: ${body.code}`;
  },
};

/** Box time of a start is the world's: an answer and its receipt stand within this, also when the disk was slow. */
const answerMs = 3_000;

/** 叫应: who answered is told as it was, for actual emergencies only, and every alert that waited has its answer. */
export const answersAreTold: Checker = {
  promise: '4',
  look: ({ history }) => history.unanswered[0] ?? null,
  receipt: ({ history, memory }, { number, broadcast, status, body }) => {
    if (body.stage !== 'answered' || broadcast === null) return null;
    if (status !== 'actual') return `a ${String(status)} was answered`;
    const key = `answered ${broadcast}`;
    const before = memory.get(key);
    memory.set(key, number);
    if (before !== undefined && before !== number) return `${broadcast} was answered twice`;
    const known = history.answers.some(({ person }) => person === body.person);
    return known ? null : `${broadcast} was answered by ${body.person}, who never did`;
  },
};

/** Every order that was received comes to something that its sender is told, with a reason where it is refused. */
export const everyOrderHasItsEnd: Checker = {
  promise: 'I11',
  receipt: (_, { body, number }) =>
    body.stage === 'refused' && (body.code === '' || body.detail === '')
      ? `receipt ${number} refuses without a reason`
      : null,
  end: ({ village, history }) => {
    const settled = new Set(
      history.released.flatMap(({ trace, body: { stage } }) =>
        stage === 'queued' || stage === 'refused' || stage === 'done' || stage === 'ended' ? [trace] : [],
      ),
    );
    const life = village.life();
    // What waits stands in the memory: a box that could not read its own, and sounds an alarm of the site, has not looked again.
    const waiting = life?.remembers === true ? life.box.tied.loop.village().durable : undefined;
    const stillWaits = (trace: string): boolean =>
      waiting === undefined ||
      waiting.waiting.some((one) => one.trace === trace) ||
      Object.values(waiting.audio).some(({ stores }) => stores.includes(trace));
    return firstOf(history.released, ({ trace, body, at }) => {
      if (body.stage !== 'received' || settled.has(trace) || stillWaits(trace)) return null;
      const last = history.released.at(-1)?.at.mono ?? at.mono;
      return last - at.mono > answerMs ? `order ${trace} was received and nothing ever became of it` : null;
    });
  },
};
