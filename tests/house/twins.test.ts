import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedOf, type Shared } from './rules/twins.ts';

const [english, chinese] = ['README.md', 'README.zh-CN.md'].map((path) => readFileSync(path, 'utf8')) as [
  string,
  string,
];

describe('the README in two languages', () => {
  it('has the same parts, pictures, links, commands and figures in both', () => {
    const shared = sharedOf(english);
    expect(shared.headings.length).toBeGreaterThan(4);
    expect(shared.links.length).toBeGreaterThan(10);
    expect(shared.measured.length).toBeGreaterThan(40);
    expect(shared.figures.join('')).toContain('20.19');
    expect(sharedOf(chinese)).toEqual(shared);
  });

  const changes: readonly (readonly [keyof Shared, string, string])[] = [
    ['headings', '\n## 命令', '\n### 命令'],
    ['links', 'docs/images/page-air.png', 'docs/images/page-home.png'],
    ['code', 'limits.sirenPerHour', 'limits.sirenPause'],
    ['code', '`mingluo stop`', '`mingluo end`'],
    ['measured', '≥ 0.97', '≥ 0.5'],
    ['figures', 'Node.js 20.19', 'Node.js 22'],
  ];
  it.each(changes)('differs in its %s where %s is written as %s', (part, from, to) => {
    const changed = chinese.replace(from, to);
    expect(changed).not.toBe(chinese);
    expect(sharedOf(changed)[part]).not.toEqual(sharedOf(english)[part]);
  });
});
