import type * as Write from '../../devices/write.ts';
import type * as Owed from '../../src/box/receipts-owed.ts';
import type * as Recorder from '../../src/box/recorder.ts';
import type * as Recover from '../../src/box/recover.ts';
import type * as Answer from '../../src/core/answer.ts';
import type * as End from '../../src/core/end-broadcast.ts';
import type * as Judge from '../../src/core/judge-evidence.ts';
import type * as Precedence from '../../src/core/precedence.ts';
import type * as Quiet from '../../src/core/quiet.ts';
import type * as Refuse from '../../src/core/refuse.ts';
import type * as Restart from '../../src/core/restart.ts';
import type * as Caps from '../../src/core/siren-caps.ts';
import type * as Step from '../../src/core/step.ts';
import type * as Stop from '../../src/core/stop.ts';
import type * as Take from '../../src/core/take-order.ts';
import type * as Work from '../../src/core/work.ts';
import type * as Verify from '../../src/intake/verify.ts';
import { done, type Disk } from '../../src/store/disk.ts';
import type * as Journal from '../../src/store/journal.ts';
import type * as BackOff from '../../src/uplink/back-off.ts';

/** A mistake planted into one module of the product: some of its exports, made wrong from the right ones. */
export interface Planted {
  readonly mistake: string;
  /** The promise or invariant that it breaks. */
  readonly promise: string;
  /** From the root of the project. */
  readonly module: string;
  readonly spoil: (real: never) => object;
  /** A circumstance that shows it sooner, in a module of its own. */
  readonly beside?: { readonly module: string; readonly spoil: (real: never) => object };
  /** Of the fixed seeds, the one that shows it; others are tried behind it. */
  readonly seed: number;
}

const planted = <T extends object>(
  at: Pick<Planted, 'mistake' | 'promise' | 'module' | 'seed'>,
  spoil: (real: T) => { readonly [K in keyof T]?: T[K] },
): Planted => ({ ...at, spoil });

/** A card that takes five seconds for every record. */
const slowCard: NonNullable<Planted['beside']> = {
  module: 'src/box/recorder.ts',
  spoil: (real: typeof Recorder): Pick<typeof Recorder, 'createRecorder'> => ({
    createRecorder: (ports) =>
      real.createRecorder({
        ...ports,
        append: (entry) =>
          new Promise((resolve) => {
            ports.setTimer(5_000, () => void ports.append(entry).then(resolve));
          }),
      }),
  }),
};

/** A disk whose files are never brought from the cache to the device. */
const neverSynced = (disk: Disk): Disk => ({
  open: async (path, how) => {
    const opened = await disk.open(path, how);
    return opened.ok ? { ok: true, value: { ...opened.value, datasync: () => Promise.resolve(done) } } : opened;
  },
  rename: (from, to) => disk.rename(from, to),
  link: (existing, path) => disk.link(existing, path),
  unlink: (path) => disk.unlink(path),
  makeDir: (path) => disk.makeDir(path),
  list: (path) => disk.list(path),
  syncDir: (path) => disk.syncDir(path),
});

const promises: readonly Planted[] = [
  planted<typeof Recover>(
    { mistake: 'a start forgets what has not begun yet', promise: '1', module: 'src/box/recover.ts', seed: 1 },
    (real) => ({
      recover: (...given) => {
        const found = real.recover(...given);
        const { durable } = found.village;
        const kept = Object.entries(durable.broadcasts).filter(
          ([, { ended, zones }]) => ended !== null || Object.values(zones).some(({ started }) => started),
        );
        return {
          ...found,
          village: { ...found.village, durable: { ...durable, broadcasts: Object.fromEntries(kept) } },
        };
      },
    }),
  ),
  planted<typeof Precedence>(
    { mistake: 'the lowest severity goes first', promise: '2', module: 'src/core/precedence.ts', seed: 1 },
    (real) => ({
      rankOf: (alert) => {
        const [kind, severity, ...others] = real.rankOf(alert);
        return [kind, -severity, ...others];
      },
    }),
  ),
  planted<typeof Write>(
    { mistake: 'an output is switched on for an hour', promise: '3', module: 'devices/write.ts', seed: 5 },
    (real) => ({
      encodeWrite: (template, input) =>
        real.encodeWrite(template, (input.durationSteps ?? 0) > 0 ? { ...input, durationSteps: 0x7fff } : input),
    }),
  ),
  planted<typeof Judge>(
    { mistake: 'switched is taken for sounded', promise: '4', module: 'src/core/judge-evidence.ts', seed: 89 },
    (real) => ({
      judgeEvidence: (work, findings) =>
        real.judgeEvidence(
          work,
          findings.map((finding) => (finding.sight === 'on' ? { ...finding, sight: 'sounding' } : finding)),
        ),
    }),
  ),
  planted<typeof Answer>(
    { mistake: 'an answer reaches no alert but the first', promise: '4', module: 'src/core/answer.ts', seed: 1 },
    (real) => ({
      answerAlerts: (work, person, source) => {
        const [first] = real.unanswered(work.durable, work.at.mono);
        const { broadcasts } = work.durable;
        real.answerAlerts(work, person, source);
        const { [first?.id ?? '']: answered } = work.durable.broadcasts;
        work.durable.broadcasts = answered === undefined ? broadcasts : { ...broadcasts, [answered.id]: answered };
      },
    }),
  ),
  planted<typeof Verify>(
    { mistake: 'signatures are not looked at', promise: '5', module: 'src/intake/verify.ts', seed: 1 },
    (real) => ({
      verifySigned: (signed, trust, maxBytes) => {
        const pinned = trust.ring.get(signed.key);
        return pinned === undefined ? real.verifySigned(signed, trust, maxBytes) : { ok: true, value: pinned };
      },
    }),
  ),
  planted<typeof Stop>(
    { mistake: 'a stop silences nothing', promise: '6', module: 'src/core/stop.ts', seed: 1 },
    () => ({ stopAlerts: () => null }),
  ),
  planted<typeof Quiet>(
    { mistake: 'quiet hours are forgotten', promise: '7', module: 'src/core/quiet.ts', seed: 1 },
    () => ({ routineRefusal: () => null }),
  ),
  planted<typeof Restart>(
    { mistake: 'what a start finds sounding is left alone', promise: '8', module: 'src/core/restart.ts', seed: 31 },
    () => ({ takeOutputs: (work) => void (work.durable.settlingUntil = null) }),
  ),
  planted<typeof Caps>(
    { mistake: 'sirens have no share of the hour', promise: '9', module: 'src/core/siren-caps.ts', seed: 13 },
    () => ({ sirenBudgetMs: () => Infinity }),
  ),
  planted<typeof Restart>(
    { mistake: 'a start forgets how long sirens sounded', promise: '9', module: 'src/core/restart.ts', seed: 13 },
    (real) => ({
      takeBoot: (work, boot, clean) => {
        real.takeBoot(work, boot, clean);
        work.durable.sirenUse = {};
      },
    }),
  ),
];

const invariants: readonly Planted[] = [
  planted<typeof Recover>(
    { mistake: 'a start forgets the newest record', promise: 'I1', module: 'src/box/recover.ts', seed: 1 },
    (real) => ({
      recover: (checkpoint, entries, stateHash) => real.recover(checkpoint, entries.slice(0, -1), stateHash),
    }),
  ),
  planted<typeof Journal>(
    { mistake: 'written counts as durable', promise: 'I1', module: 'src/store/journal.ts', seed: 1 },
    (real) => ({ openJournal: (settings) => real.openJournal({ ...settings, disk: neverSynced(settings.disk) }) }),
  ),
  planted<typeof Step>(
    { mistake: 'what the centre has is never recorded', promise: 'I1', module: 'src/core/step.ts', seed: 1 },
    (real) => ({
      step: (village, happening) => {
        const stepped = real.step(village, happening);
        return happening.event.kind === 'acknowledged' ? { ...stepped, changed: false } : stepped;
      },
    }),
  ),
  planted<typeof Take>(
    { mistake: 'the same order again is a new one', promise: 'I2', module: 'src/core/take-order.ts', seed: 1 },
    (real) => ({
      takeOrder: (work, order) => {
        work.durable.seen = {};
        work.durable.senders = {};
        real.takeOrder(work, order);
      },
    }),
  ),
  planted<typeof Restart>(
    { mistake: 'a start forgets the counters', promise: 'I3', module: 'src/core/restart.ts', seed: 1 },
    (real) => ({
      takeBoot: (work, boot, clean) => {
        real.takeBoot(work, boot, clean);
        work.durable.senders = {};
      },
    }),
  ),
  {
    ...planted<typeof Step>(
      { mistake: 'everything goes to the wire at once', promise: 'I4', module: 'src/core/step.ts', seed: 8 },
      (real) => ({
        step: (village, happening) => {
          const stepped = real.step(village, happening);
          const effects = stepped.effects.map((effect) =>
            effect.do === 'sound' ? { ...effect, urgent: true } : effect,
          );
          return { ...stepped, effects };
        },
      }),
    ),
    beside: slowCard,
  },
  planted<typeof Work>(
    { mistake: 'nothing but a start switches anything off', promise: 'I5', module: 'src/core/work.ts', seed: 31 },
    (real) => ({
      silence: (work, terminals, cause) => {
        if (cause === 'restart') real.silence(work, terminals, cause);
      },
    }),
  ),
  planted<typeof Work>(
    { mistake: 'what is cut short has no closing account', promise: 'I6', module: 'src/core/work.ts', seed: 1 },
    (real) => ({
      receiptFor: (work, about, body) => {
        if (body.stage !== 'ended' || body.how === 'completed') real.receiptFor(work, about, body);
      },
    }),
  ),
  planted<typeof Stop>(
    { mistake: 'a stop waits while another is being proven', promise: 'I7', module: 'src/core/stop.ts', seed: 1 },
    (real) => ({
      stopAlerts: (work, trace, alertId) =>
        work.durable.stopProof === null ? real.stopAlerts(work, trace, alertId) : null,
    }),
  ),
  planted<typeof Quiet>(
    { mistake: 'quiet hours hold back a warning, too', promise: 'I8', module: 'src/core/quiet.ts', seed: 1 },
    (real) => ({ routineRefusal: (work, alert) => real.routineRefusal(work, { ...alert, class: 'routine' }) }),
  ),
  planted<typeof Owed>(
    { mistake: 'the newest receipt is sent first', promise: 'I9', module: 'src/box/receipts-owed.ts', seed: 1 },
    (real) => ({
      receiptsOwed: (...given) => {
        const owed = real.receiptsOwed(...given);
        return { ...owed, read: (from, limit) => [...owed.read(from, limit)].reverse() };
      },
    }),
  ),
  planted<typeof End>(
    { mistake: 'no broadcast is ever forgotten', promise: 'I10', module: 'src/core/end-broadcast.ts', seed: 13 },
    () => ({ forgetOldest: () => undefined }),
  ),
  planted<typeof Refuse>(
    { mistake: 'a refusal is not told', promise: 'I11', module: 'src/core/refuse.ts', seed: 1 },
    () => ({ tellRefusal: () => undefined }),
  ),
  planted<typeof BackOff>(
    { mistake: 'a lost link is given up', promise: 'I12', module: 'src/uplink/back-off.ts', seed: 2 },
    () => ({ backOffMs: () => 36_000_000 }),
  ),
];

/** At least one mistake for each of the promises 1–9 and each invariant (docs/reference/promises.md). */
export const plants: readonly Planted[] = [...promises, ...invariants];
