import { parseControlRequest } from '../console/control-requests.ts';
import { misuse, readArgs, type Command } from './command.ts';
import { ask, common, personOf } from './local.ts';

const liftOptions = {
  ...common,
  correction: { type: 'boolean' },
  'all-clear': { type: 'boolean' },
  text: { type: 'string' },
} as const;

/** `trigger` prints the id of the order; the alert that it began is called after it. */
const alertOf = (id: string): string => (/^[0-9a-f]{32}$/.test(id) ? `local-${id}` : id);

/** 更正、解除: takes back a warning that was started on site; its plan's words are said twice where it sounded. */
export const lift: Command = {
  name: 'lift',
  usage: 'lift (--correction | --all-clear) ALERT [--text T] [--person NAME] [--state DIR]',
  summary: {
    zh: '更正（误播）或解除现场启动的预警；ALERT 是 trigger 给出的编号，或 status 里的 alert',
    en: 'correct (sent by mistake) or lift a warning started on site; ALERT is the id that trigger gave, or alert in status',
  },
  run: async (args, io) => {
    const read = readArgs(args, liftOptions);
    if (!read.ok) return misuse(io, lift, read.failure);
    const { values, positionals } = read.value;
    const [id] = positionals;
    const isCorrection = values.correction === true;
    if (id === undefined || positionals.length > 1 || isCorrection === (values['all-clear'] === true))
      return misuse(io, lift);
    const request = {
      do: 'lift',
      what: isCorrection ? 'correction' : 'all-clear',
      alert: alertOf(id),
      text: values.text ?? null,
      person: personOf(io, values.person),
    };
    return ask(io, values.state, parseControlRequest(JSON.stringify(request)));
  },
};
