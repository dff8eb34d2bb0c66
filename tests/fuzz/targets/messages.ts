import { reportIn } from '../../../src/console/child-messages.ts';
import { parseControlRequest } from '../../../src/console/control-requests.ts';
import { answerRequest } from '../../../src/console/control-server.ts';
import { bodies } from '../../../src/console/requests.ts';
import { panelReportOf, panelShowOf } from '../../../src/panel/report.ts';
import { openConversation, type ConversationOptions } from '../../../src/uplink/conversation.ts';
import { messageExamples } from '../../../src/uplink/examples.ts';
import { readCentreMessage } from '../../../src/uplink/inbound.ts';
import { centreMessages } from '../../../src/uplink/messages.ts';
import { ok } from '../../../src/words/failure.ts';
import { FakeClock, FakeStore, boxSigner, snapshotOf } from '../../uplink/fixture.ts';
import { mutatedJson, mutatedValue } from '../mutate-text.ts';
import { million, shown, type Aim, type Shot, type Target, type Verdict } from '../target.ts';
import { judged } from '../verdicts.ts';

const fromCentre = Object.keys(centreMessages).flatMap((type) => messageExamples[type] ?? []);

/** A centre may be answered with a problem, a status or nothing; never with more than one message. */
const answersMax = 1;

const centreAim = (): Aim => {
  const clock = new FakeClock();
  const store = new FakeStore();
  store.newest = 40;
  let [sent, handed] = [0, 0];
  const count = (): void => void (handed += 1);
  const options: ConversationOptions = {
    ...{ boxId: 'shiling-01', clock, outbox: store, signer: boxSigner, nonce: () => '0'.repeat(32) },
    ...{
      snapshot: () => snapshotOf(store),
      onOrder: count,
      onTime: count,
      timeMaxRoundTripMs: 10_000,
      onGreeted: count,
    },
    onAcknowledge: (number) => (store.acked = number),
    onAudio: () => ok(null),
  };
  const conversation = openConversation(
    options,
    () => {
      sent += 1;
      return true;
    },
    () => undefined,
  );
  const take = (text: string): Verdict => {
    const refused = judged(readCentreMessage(text));
    if (refused !== null) return refused;
    [sent, handed] = [0, 0];
    store.acked = 0;
    conversation.take(text, 0);
    clock.work(30);
    if (sent > answersMax) return `${sent} answers to one message`;
    if (handed > 1) return `one message handed on ${handed} times`;
    return store.acked > store.newest ? 'acknowledged what was never sent' : null;
  };
  return {
    shot: (dice) => {
      const text = mutatedJson(fromCentre, dice);
      return { take: () => take(text), show: () => shown(text) };
    },
  };
};

export const messageOfCentre: Target = {
  name: 'message-of-centre',
  what: { zh: '中心发来的 JSON 消息', en: 'JSON messages of the centre, read and answered' },
  covers: ['src/uplink/conversation.ts'],
  goal: million,
  prepare: centreAim,
};

const requests: readonly unknown[] = [
  {
    ...{ do: 'trigger', plan: 'flash-flood-now', zones: ['heba'], status: 'actual', severity: 'red' },
    ...{ text: '请转移', person: 'li-ming', sirenUnlocked: false, source: 'cli' },
  },
  { do: 'stop', person: 'li-ming', source: 'console' },
  { do: 'continue', person: 'li-ming' },
  { do: 'continue', person: 'li-ming', alert: 'local-1' },
  { do: 'answer', person: 'li-ming', source: 'cli' },
  { do: 'quiet-test', terminals: ['heba-siren-1', 'heba-siren-2'], person: 'chen-gong' },
  ...[{ do: 'status' }, { do: 'watch' }, { do: 'note', code: 'page-pin-guessing', wrong: 21 }],
];

const controlShot = (line: string): Shot => {
  let obeyed = 0;
  const obey = (): Promise<ReturnType<typeof ok<{ readonly id: string }>>> => {
    obeyed += 1;
    return Promise.resolve(ok({ id: 'a' }));
  };
  const take = async (): Promise<Verdict> => {
    const parsed = parseControlRequest(line);
    const answer = await answerRequest(line, obey);
    if (obeyed !== (parsed.ok ? 1 : 0)) return `obeyed ${obeyed} times`;
    return judged(answer);
  };
  return { take, show: () => shown(line) };
};

export const controlRequest: Target = {
  name: 'control-request',
  what: { zh: '控制套接字的请求', en: 'lines of the control socket' },
  covers: ['src/console/control-server.ts'],
  goal: million,
  prepare: () => ({ shot: (dice) => controlShot(mutatedJson(requests, dice)) }),
};

/** What processes of our own say, and what the page sends, after a reader has made data of it. */
const spoken: readonly unknown[] = [
  ...[{ say: 'up' }, { say: 'down', code: 'panel-noise', detail: 'x' }, { say: 'turned' }, { say: 'stop' }],
  ...[
    { say: 'key', position: 'fault' },
    { say: 'stuck', button: 'stop', isStuck: true },
    { say: 'noise', bytes: 5 },
  ],
  { power: true, alarm: 'blink', fault: false, uplink: true, buzzer: false },
  ...[{ told: 'alive' }, { told: 'listening', port: 8_480 }, { told: 'listen-failed', detail: 'EADDRINUSE' }],
  { told: 'pin-file', file: 'pin', detail: 'x' },
  { person: 'li-ming', pin: '480915' },
  {
    ...{ plan: 'flash-flood-now', zones: ['heba'], status: 'drill', severity: 'red', text: null },
    sirenUnlocked: true,
  },
  {},
];

const readers: readonly ((value: unknown) => unknown)[] = [
  ...[panelReportOf, panelShowOf, reportIn, bodies.login, bodies.start, bodies.nothing],
];

export const spokenData: Target = {
  name: 'spoken-data',
  what: { zh: '子进程与页面送来的数据', en: 'data from child processes and from the page' },
  covers: ['src/console/child-messages.ts', 'src/console/requests.ts', 'src/panel/report.ts'],
  goal: million,
  prepare: () => ({
    shot: (dice) => {
      const value = mutatedValue(spoken, dice);
      const take = (): Verdict => {
        const believed = readers.filter((read) => read(value) !== null).length;
        return believed > 1 ? `${believed} readers believe it` : null;
      };
      return { take, show: () => shown(JSON.stringify([value])) };
    },
  }),
};
