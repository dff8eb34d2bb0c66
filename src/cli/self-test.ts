import { parseControlRequest } from '../console/control-requests.ts';
import { misuse, readArgs, type Command } from './command.ts';
import { ask, common, personOf } from './local.ts';

/** Asks the running box for the test that nobody hears; what it finds stands in the status and goes upstream. */
export const quietTest: Command = {
  name: 'quiet-test',
  usage: 'quiet-test [TERMINAL…] [--person NAME] [--state DIR]',
  summary: {
    zh: '静默自检：逐台检查功放和喇叭，不出声（结果见 mingluo status）',
    en: 'test amplifiers and horns without a sound, one after the other (results in mingluo status)',
  },
  run: async (args, io) => {
    const read = readArgs(args, common);
    if (!read.ok) return misuse(io, quietTest, read.failure);
    const { values, positionals } = read.value;
    const request = { do: 'quiet-test', terminals: positionals, person: personOf(io, values.person) };
    return ask(io, values.state, parseControlRequest(JSON.stringify(request)));
  },
};
