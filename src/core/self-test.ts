import type { QuietResult } from './cue.ts';
import type { Event } from './event.ts';
import { putHealth } from './health.ts';
import { refusal, tellRefusal } from './refuse.ts';
import type { Site } from './site.ts';
import { beijingDay, beijingMinuteOfDay, wallOfBeijing, type Instant, type MonoMs } from './time.ts';
import type { Durable, QuietRun } from './village.ts';
import { liveBroadcasts, receiptFor, terminalById, type Work } from './work.ts';

/** One unit has its result within a minute by every definition, and a line that is busy a little more. */
const unitWithinMs = 75_000;
/** A test that could not begin within this many minutes of its time is left out for that night. */
const graceMinutes = 10;

const isBad = (result: QuietResult): boolean => result !== 'good' && result !== 'unsupported';

/** Anything that sounds, waits for its turn, is being proven silent, or is not yet known after a start. */
const somethingIsDue = ({ durable }: Work): boolean =>
  Object.keys(durable.plays).length > 0 ||
  durable.stopProof !== null ||
  durable.settlingUntil !== null ||
  liveBroadcasts(durable).length > 0;

const begin = (work: Work, id: string, queue: readonly string[]): void => {
  const [running, ...left] = queue;
  if (running === undefined) {
    work.durable.quietRun = null;
    return;
  }
  work.durable.quietRun = { id, running, queue: left, until: work.at.mono + unitWithinMs };
  work.effects.push({ do: 'quiet-test', terminal: running, trace: id });
};

/** A person asks for the quiet test of these terminals, of all where none is named. Never while anything sounds or is due. */
export const askQuietTest = (work: Work, { id, terminals }: Extract<Event, { kind: 'quiet-test' }>): void => {
  const strange = terminals.find((terminal) => terminalById(work.site, terminal) === undefined);
  if (strange !== undefined) {
    tellRefusal(work, id, refusal('no-such-terminal', { terminal: strange }));
    return;
  }
  if (somethingIsDue(work) || work.durable.quietRun !== null) {
    tellRefusal(work, id, refusal('quiet-test-busy'));
    return;
  }
  receiptFor(work, { trace: id }, { stage: 'done', what: 'quiet-test-begun' });
  const all = work.site.terminals.map((terminal) => terminal.id);
  begin(work, id, terminals.length === 0 ? all : [...new Set(terminals)]);
};

const keep = (work: Work, run: QuietRun, result: QuietResult): void => {
  const terminal = run.running;
  const kept = { result, at: work.at.mono, healed: !isBad(result) };
  work.durable.quietTests = { ...work.durable.quietTests, [terminal]: kept };
  receiptFor(work, { trace: run.id }, { stage: 'quiet-test', terminal, result });
  const { health = 'well', reason = '' } = work.durable.terminals[terminal] ?? {};
  if (isBad(result) && health !== 'lost') putHealth(work, terminal, 'suspect', `quiet-test-${result}`);
  if (result === 'good' && health === 'suspect' && reason.startsWith('quiet-test-'))
    putHealth(work, terminal, 'well', '');
};

/** What the unit under test has shown; a late word of another is of no interest any more. */
export const takeQuietTest = (work: Work, terminal: string, result: QuietResult): void => {
  const run = work.durable.quietRun;
  if (run === null || run.running !== terminal) return;
  keep(work, run, result);
  begin(work, run.id, run.queue);
};

const giveUp = (work: Work): void => {
  const run = work.durable.quietRun;
  if (run === null) return;
  work.durable.quietRun = null;
  receiptFor(work, { trace: run.id }, { stage: 'done', what: 'quiet-test-given-up' });
};

/** The test of every night: all terminals but those of which it is known that they cannot. */
const startNightly = (work: Work): void => {
  const { selfTest } = work.site;
  if (selfTest === undefined || work.at.trust === 'guessed') return;
  const day = beijingDay(work.at.wall);
  const lateMinutes = beijingMinuteOfDay(work.at.wall) - selfTest.minuteOfDay;
  if (lateMinutes < 0 || lateMinutes >= graceMinutes || work.durable.selfTestDay === day) return;
  if (somethingIsDue(work) || work.durable.quietRun !== null) return;
  work.durable.selfTestDay = day;
  const able = work.site.terminals.filter(({ id }) => work.durable.quietTests[id]?.result !== 'unsupported');
  begin(
    work,
    `quiet-test-${day}`,
    able.map(({ id }) => id),
  );
};

/** After the zones were decided: an alarm has won, a unit has taken too long, or the hour has come. */
export const turnQuietTest = (work: Work): void => {
  if (somethingIsDue(work)) giveUp(work);
  const run = work.durable.quietRun;
  if (run !== null && work.at.mono >= run.until) takeQuietTest(work, run.running, 'no-reply');
  startNightly(work);
};

/** A start of the box ends a test that was under way: nobody waits for its result any more. */
export const endQuietTest = giveUp;

/** Another configuration: results of terminals that are gone go too, and who could not may be able now. */
export const keepQuietTests = (work: Work, changed: boolean): void => {
  const ids = new Set(work.site.terminals.map(({ id }) => id));
  const kept = Object.entries(work.durable.quietTests).filter(
    ([id, { result }]) => ids.has(id) && !(changed && result === 'unsupported'),
  );
  if (kept.length !== Object.keys(work.durable.quietTests).length) work.durable.quietTests = Object.fromEntries(kept);
};

/** When core has to look again: at a unit that takes too long, or for the next night's test. */
export const quietTestWakes = ({ selfTest }: Site, durable: Durable, at: Instant): readonly (MonoMs | null)[] => {
  const until = durable.quietRun?.until ?? null;
  if (selfTest === undefined || at.trust === 'guessed') return [until];
  const today = beijingDay(at.wall);
  const nights = [today, today + 1]
    .filter((day) => day !== durable.selfTestDay)
    .map((day) => at.mono + wallOfBeijing(day, selfTest.minuteOfDay) - at.wall);
  return [until, ...nights.filter((night) => night > at.mono).slice(0, 1)];
};
