import { importsOf, targetOf, type Import } from './imports.ts';
import type { Offence, Source } from './source.ts';

const edges = ['config', 'intake', 'bus', 'drivers', 'audio', 'uplink', 'store', 'console', 'panel'] as const;

/** What each room may import besides itself. An arrow that is not written here is forbidden. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  words: [],
  core: ['words'],
  ...Object.fromEntries(edges.map((edge) => [edge, ['core', 'words']])),
  config: ['core', 'words', 'devices'],
  drivers: ['core', 'words', 'bus', 'devices'],
  box: ['core', 'words', 'devices', ...edges],
  main: ['core', 'words', 'devices', 'box', ...edges],
  cli: ['core', 'words', 'devices', 'box', 'main', ...edges],
  entry: ['core', 'words', 'devices', 'box', 'main', ...edges],
  devices: [],
  emulator: ['devices', 'words', 'core (types)'],
  tests: ['core', 'words', 'devices', 'box', 'main', 'cli', 'entry', 'emulator', 'ci', ...edges],
  ci: ['core', 'words', 'devices', 'box', 'main', ...edges],
};

/** Rooms that hold no packages and no node: modules: whatever they need comes in as an argument. */
const closedRooms = new Set(['words', 'core']);

/** The room whose folder holds a path, whatever the file is; null for files that stand in none (configuration of tools). */
const folderOf = (path: string): string | null => {
  const [top = '', second = '', ...rest] = path.split('/');
  if (top === '.ci') return 'ci';
  if (top !== 'src') return ['devices', 'emulator', 'tests'].includes(top) ? top : null;
  return rest.length === 0 ? 'main' : second;
};

/** The room of a path: entry points of threads and processes below src are a room of their own. */
export const roomOf = (path: string): string | null =>
  path.startsWith('src/') && path.endsWith('.entry.ts') ? 'entry' : folderOf(path);

const judge = (source: Source, room: string, { specifier, line, typeOnly }: Import): readonly Offence[] => {
  const say = (what: string): readonly Offence[] => [{ path: source.path, line, what }];
  if (specifier === '(computed)') return closedRooms.has(room) ? say('a computed import in a closed room') : [];
  const target = targetOf(source.path, specifier);
  if (target === null)
    return closedRooms.has(room) ? say(`${room} imports ${specifier}; it may import no package`) : [];
  const to = roomOf(target);
  if (to === null) return say(`${room} → ${target}: outside every room`);
  const allowed = arrows[room];
  if (allowed === undefined) return say(`${room} is not a room of the house`);
  if (to === room || allowed.includes(to) || (typeOnly && allowed.includes(`${to} (types)`))) return [];
  return say(`arrow ${room} → ${to} is forbidden (${specifier})`);
};

/** A room starts only workers and children that stand in its own folder; the main loop and the commands start any. */
const startOffences = (source: Source, room: string): readonly Offence[] =>
  source.text.split('\n').flatMap((line, index) => {
    const specifier = /new URL\(\s*['"]([^'"]+\.ts)['"]\s*,\s*import\.meta\.url/.exec(line)?.[1];
    const target = specifier === undefined ? null : folderOf(targetOf(source.path, specifier) ?? '');
    if (target === null || target === folderOf(source.path) || (arrows[room] ?? []).includes(target)) return [];
    return [{ path: source.path, line: index + 1, what: `${room} starts ${specifier ?? ''} of ${target}` }];
  });

/** Imports, type imports, dynamic imports and started entries that take an arrow which the house does not have. */
export const arrowOffences = (sources: readonly Source[]): readonly Offence[] =>
  sources.flatMap((source) => {
    const room = roomOf(source.path);
    if (room === null) return [];
    return [...importsOf(source).flatMap((found) => judge(source, room, found)), ...startOffences(source, room)];
  });
