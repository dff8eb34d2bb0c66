import { explainKey } from '../config/explain-key.ts';
import { framesAllowed } from '../drivers/frames-allowed.ts';
import { mapSite } from '../drivers/site-map.ts';
import { loadChecked } from '../box/load-box.ts';
import { devicesFolder } from '../box/program.ts';
import { complain, exitCodes, fail, misuse, readArgs, say, type Command } from './command.ts';

const options = { config: { type: 'string' }, json: { type: 'boolean' } } as const;

export const configCheck: Command = {
  name: 'config check',
  usage: 'config check DIR',
  summary: {
    zh: '检查站点配置，列出每条线路允许的广播帧',
    en: "check a site's files and list the broadcast frames allowed on each line",
  },
  run: async (args, io) => {
    const [configDir, ...more] = args;
    if (configDir === undefined || more.length > 0) return misuse(io, configCheck);
    const loaded = await loadChecked({ configDir, devicesDir: devicesFolder });
    if (!loaded.ok) {
      for (const failure of loaded.failures) complain(io, failure);
      return exitCodes.config;
    }
    const { site, wiring, catalogue, warnings } = loaded.value;
    for (const warning of warnings) complain(io, warning);
    const map = mapSite(site, wiring, catalogue);
    for (const line of wiring.lines.filter(({ speaks }) => speaks !== 'bytes')) {
      io.out(line.id);
      const verdicts = framesAllowed(map, line.id);
      for (const { allowed, action, channel, model, reason, terminals } of verdicts) {
        const what = `${model} ${action}${channel === null ? '' : ` ${channel}`}`;
        io.out(
          `  ${allowed ? '+' : '-'} ${what.padEnd(34)} ${reason[io.language]}${allowed ? `: ${terminals.join(' ')}` : ''}`,
        );
      }
    }
    const zones = `${site.zones.length} / ${site.terminals.length} / ${site.plans.length}`;
    say(io, `配置有效：分区/终端/预案 ${zones}`, `valid: zones/terminals/plans ${zones}`);
    return exitCodes.done;
  },
};

export const configCompile: Command = {
  name: 'config compile',
  usage: 'config compile DIR',
  summary: {
    zh: '输出编译后的站点与接线（JSON），供模拟村庄使用',
    en: 'print site and wiring as compiled (JSON), for the emulated village',
  },
  run: async (args, io) => {
    const [configDir, ...more] = args;
    if (configDir === undefined || more.length > 0) return misuse(io, configCompile);
    const loaded = await loadChecked({ configDir, devicesDir: devicesFolder });
    if (!loaded.ok) {
      for (const failure of loaded.failures) complain(io, failure);
      return exitCodes.config;
    }
    const { site, wiring, panel, pins, hash } = loaded.value;
    io.out(JSON.stringify({ hash, site, wiring, panel, staff: Object.keys(pins) }));
    return exitCodes.done;
  },
};

export const configExplain: Command = {
  name: 'config explain',
  usage: 'config explain KEY [--config DIR]',
  summary: { zh: '一个配置项的值、来自哪里、什么意思', en: 'the value of one key, where it came from, what it means' },
  run: async (args, io) => {
    const read = readArgs(args, options);
    if (!read.ok) return misuse(io, configExplain, read.failure);
    const { values, positionals } = read.value;
    const [key] = positionals;
    if (key === undefined) return misuse(io, configExplain);
    const loaded = await loadChecked({ configDir: values.config ?? 'config', devicesDir: devicesFolder });
    if (!loaded.ok) {
      for (const failure of loaded.failures) complain(io, failure);
      return exitCodes.config;
    }
    const explained = explainKey(loaded.value, key);
    if (!explained.ok) return fail(io, explained.failure);
    io.out(JSON.stringify(explained.value, null, 2));
    return exitCodes.done;
  },
};
