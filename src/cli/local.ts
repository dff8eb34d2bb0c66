import { join } from 'node:path';
import { askBox, type ControlReply } from '../console/control-client.ts';
import { parseControlRequest, type ControlRequest } from '../console/control-requests.ts';
import { failed, type Result } from '../words/failure.ts';
import { complain, exitCodes, misuse, readArgs, readOptions, stateFolder, type Command, type Io } from './command.ts';

export const common = { state: { type: 'string' }, person: { type: 'string' }, json: { type: 'boolean' } } as const;

const socketOf = (io: Io, state: string | undefined): string => join(stateFolder(io, state), 'control.sock');

export const personOf = (io: Io, person: string | undefined): string => person ?? io.environment['USER'] ?? 'unknown';

/** Letters of a name that the box takes. */
const nameMax = 64;
const fittingName = (person: string): string => Array.from(person).slice(0, nameMax).join('') || 'unknown';

/** What the box said, for a person: a refusal in words; something done but not recorded is said to be so. */
export const show = (io: Io, reply: ControlReply): number => {
  if (!reply.ok) {
    io.err(String(reply[io.language]));
    return exitCodes.refused;
  }
  io.out(JSON.stringify({ ...reply, ok: undefined }, null, 2));
  if (reply['recorded'] === false) {
    complain(io, failed('done-unrecorded').failure);
    return exitCodes.partly;
  }
  return exitCodes.done;
};

export const ask = async (io: Io, state: string | undefined, request: Result<ControlRequest>): Promise<number> => {
  if (!request.ok) {
    complain(io, request.failure);
    return exitCodes.usage;
  }
  const reply = await askBox(socketOf(io, state), request.value);
  if (reply.ok) return show(io, reply.value);
  complain(io, reply.failure);
  return exitCodes.unreachable;
};

const triggerOptions = {
  ...common,
  zones: { type: 'string' },
  severity: { type: 'string' },
  text: { type: 'string' },
  drill: { type: 'boolean' },
  siren: { type: 'boolean' },
  confirm: { type: 'string' },
} as const;

/** Starts a planned warning on site. An actual warning makes the person type the plan's name a second time. */
export const trigger: Command = {
  name: 'trigger',
  usage:
    'trigger PLAN (--drill [--siren] | --confirm PLAN) [--zones a,b] [--severity red] [--text T] [--person NAME] [--state DIR]',
  summary: {
    zh: '在本地启动一个预案（正式播发须用 --confirm 再写一遍预案名）',
    en: 'start a plan on site (an actual warning needs --confirm with the plan name again)',
  },
  run: async (args, io) => {
    const read = readArgs(args, triggerOptions);
    if (!read.ok) return misuse(io, trigger, read.failure);
    const { values, positionals } = read.value;
    const [plan, ...more] = positionals;
    const drill = values.drill === true;
    // A zone or a word of the text behind a space would be left out without a word.
    if (plan === undefined || more.length > 0 || (!drill && values.confirm !== plan)) return misuse(io, trigger);
    const request = {
      do: 'trigger',
      plan,
      zones: values.zones?.split(',') ?? [],
      status: drill ? 'drill' : 'actual',
      severity: values.severity ?? 'red',
      text: values.text ?? null,
      person: personOf(io, values.person),
      sirenUnlocked: drill && values.siren === true,
    };
    return ask(io, values.state, parseControlRequest(JSON.stringify(request)));
  },
};

const simple = (name: 'stop' | 'continue' | 'answer' | 'status', summary: Command['summary']): Command => {
  const command: Command = {
    name,
    usage: `${name} [--person NAME] [--state DIR]`,
    summary,
    run: async (args, io) => {
      // Nothing that can be understood keeps a stop back: neither a word left over nor a name that does not fit.
      const read = name === 'stop' ? readArgs(args, common) : readOptions(args, common);
      if (!read.ok) return misuse(io, command, read.failure);
      const { values } = read.value;
      const named = personOf(io, values.person);
      const person = name === 'stop' ? fittingName(named) : named;
      const request: ControlRequest = name === 'status' ? { do: 'status' } : { do: name, person };
      return ask(io, values.state, { ok: true, value: request });
    },
  };
  return command;
};

export const stop = simple('stop', { zh: '停止一切声音', en: 'stop everything that sounds' });
export const continueStopped = simple('continue', {
  zh: '继续播发刚才停止的预警',
  en: 'continue the warnings that were stopped',
});
export const answer = simple('answer', {
  zh: '叫应：有人听到了预警，告诉中心',
  en: 'answer: somebody on duty has heard the warning; the centre is told',
});
export const status = simple('status', { zh: '本机现在的状态', en: 'the state of this box now' });
