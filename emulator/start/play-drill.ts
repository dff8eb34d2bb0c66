import type { Bilingual } from '../../src/words/bilingual.ts';
import { explain, retold } from '../../src/words/error-codes.ts';
import { receiptLine } from '../../src/words/text/receipts.ts';
import { beijingText } from '../centre/beijing-time.ts';
import type { BoxReceipt } from '../centre/receipt.ts';
import type { Village } from './run-village.ts';
import type { Talk } from './talk.ts';

export type DrillOutcome =
  | {
      readonly outcome: 'ended';
      readonly due: number;
      readonly sounded: number;
      readonly failed: number;
      readonly unknown: number;
    }
  | { readonly outcome: 'refused'; readonly code: string; readonly detail: Bilingual }
  | { readonly outcome: 'no-result' };

export interface DrillOptions {
  readonly talk: Talk;
  /** Seconds since the program started. */
  readonly elapsedS: () => string;
  readonly withinMs: number;
}

const numberIn = (body: BoxReceipt['body'], name: string): number => {
  const value = body[name];
  return typeof value === 'number' ? value : 0;
};

const outcomeOf = ({ body }: BoxReceipt): DrillOutcome | null => {
  if (body.stage === 'refused') {
    const [code, detail] = [String(body['code']), String(body['detail'])];
    const failure = retold(code, detail);
    return { outcome: 'refused', code, detail: failure === null ? { zh: detail, en: detail } : explain(failure) };
  }
  if (body.stage !== 'ended') return null;
  const [due, sounded, failed, unknown] = ['due', 'sounded', 'failed', 'unknown'].map((name) => numberIn(body, name));
  return { outcome: 'ended', due: due ?? 0, sounded: sounded ?? 0, failed: failed ?? 0, unknown: unknown ?? 0 };
};

/** Waits until the box is connected, proven, and says that its clock is trusted. */
export const waitForBox = (village: Village, talk: Talk, withinMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    const { centre, site } = village;
    talk.say('waitingForBox');
    const finish = (connected: boolean): void => {
      clearTimeout(timer);
      stop();
      if (connected) talk.say('connected', { box: site.id, time: beijingText(centre.wall()) });
      resolve(connected);
    };
    const timer = setTimeout(() => finish(false), withinMs);
    const stop = centre.onReceipt(({ receipt }) => {
      if (receipt.at.trust === 'trusted' && centre.connected().includes(site.id)) finish(true);
    });
  });

/** Sends one drill for the whole township and shows every receipt of it as it comes. */
export const playDrill = async (
  village: Village,
  { talk, elapsedS, withinMs }: DrillOptions,
): Promise<DrillOutcome> => {
  const { centre, site } = village;
  let trace: string | null = null;
  let heard = false;
  const early: BoxReceipt[] = [];
  return new Promise((resolve) => {
    const take = (receipt: BoxReceipt): void => {
      if (receipt.trace !== trace) return;
      talk.show(`  ${receiptLine(receipt)[talk.language]}`);
      if (!heard && receipt.body.stage === 'terminal' && receipt.body['verdict'] === 'sounded') {
        heard = true;
        talk.say('firstSound', { seconds: elapsedS() });
      }
      const outcome = outcomeOf(receipt);
      if (outcome !== null) finish(outcome);
    };
    const stop = centre.onReceipt(({ receipt }) => {
      if (trace === null) early.push(receipt);
      else take(receipt);
    });
    const timer = setTimeout(() => finish({ outcome: 'no-result' }), withinMs);
    const finish = (outcome: DrillOutcome): void => {
      clearTimeout(timer);
      stop();
      resolve(outcome);
    };
    talk.say('unlocked');
    const drill = {
      status: 'drill',
      class: 'emergency',
      event: '11D02',
      severity: 'red',
      stage: 'now',
      zones: site.zones.map((zone) => zone.id),
      headline: '地质灾害演练',
      text: '',
      plan: 'geohazard-now',
      sirenUnlocked: true,
    } as const;
    void centre.issue(drill).then((sent) => {
      if (!sent.ok) {
        talk.say('failed', { detail: sent.failure.code });
        finish({ outcome: 'no-result' });
        return;
      }
      trace = sent.value.id;
      talk.say('drill', { id: trace });
      early.splice(0).forEach(take);
    });
  });
};
