import type { Bilingual } from '../../words/bilingual.ts';

/** Both languages stand side by side on the page: the code behind them is shown once, at the very end. */
export const codeOnce = ({ zh, en }: Bilingual): Bilingual => {
  const ending = / \[[a-z0-9-]+\]$/.exec(en)?.[0];
  return ending !== undefined && zh.endsWith(ending) ? { zh: zh.slice(0, -ending.length), en } : { zh, en };
};
