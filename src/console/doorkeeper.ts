import { failed, ok, type Result } from '../words/failure.ts';
import type { Book, Lockout } from './lockout.ts';
import { isPin, type PinRecord } from './pin-file.ts';
import type { Person, Session, Sessions } from './sessions.ts';

export interface Employee extends Person {
  /** Read anew for every try, so that a new PIN holds at once; null while there is none. */
  readonly pin: () => PinRecord | null;
}

export interface DoorkeeperPorts {
  readonly staff: readonly Employee[];
  readonly lockout: Lockout;
  readonly sessions: Sessions;
  /** Many wrong PINs: somebody must be told. */
  readonly report: (wrong: number) => void;
}

/** PINs that wait to be looked at; each takes a tenth of a second on purpose. */
const waitingMax = 8;

export const bookOf = (address: string): Book => (/^(127\.|::1$|::ffff:127\.)/.test(address) ? 'screen' : 'network');

/** One address of the network; a whole /64 of IPv6 is one neighbour. */
const neighbour = (address: string): string =>
  address.includes(':') && !address.includes('.') ? address.split(':').slice(0, 4).join(':') : address;

export type Admit = (who: {
  readonly person: string;
  readonly pin: string;
  readonly address: string;
}) => Promise<Result<{ readonly id: string; readonly session: Session }>>;

/**
 * Looks at PINs one after the other, so that a crowd of tries is counted as a crowd. Errors: `page-pin-wait`,
 * `page-pin-wrong` (also for a person who does not exist), `page-busy`.
 */
export const createDoorkeeper = ({ staff, lockout, sessions, report }: DoorkeeperPorts): Admit => {
  let waiting = 0;
  let tail: Promise<unknown> = Promise.resolve();

  const look: Admit = async ({ person, pin, address }) => {
    const known = staff.find((one) => one.id === person) ?? null;
    const one = { book: bookOf(address), account: known?.id ?? '?', address: neighbour(address) };
    const waitMs = lockout.waitMs(one);
    if (waitMs > 0) return failed('page-pin-wait', { seconds: Math.ceil(waitMs / 1000) });
    if (known !== null && (await isPin(pin, known.pin()))) {
      lockout.right(one);
      const { id, name, role } = known;
      return ok(sessions.open({ id, name, role }));
    }
    if (known === null) await isPin(pin, null);
    const after = lockout.wrong(one);
    if (after.report) report(after.wrongToday);
    return failed('page-pin-wrong');
  };

  return (who) => {
    if (waiting >= waitingMax) return Promise.resolve(failed('page-busy'));
    waiting += 1;
    const mine = tail.then(() => look(who)).finally(() => (waiting -= 1));
    tail = mine.catch(() => undefined);
    return mine;
  };
};
