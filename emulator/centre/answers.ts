import { ok } from '../../src/words/failure.ts';
import { acts } from './acts.ts';
import type { Centre } from './centre.ts';
import { centreFailed, explainCentre, type CentreCode, type CentreFailure, type CentreResult } from './codes.ts';
import { liveMarkup } from './live.ts';
import { pageMarkup, pageScript } from './page.ts';
import { pageStyle } from './page-style.ts';
import { viewOf } from './view.ts';

/** What goes back over HTTP. */
export interface Answer {
  readonly status: number;
  readonly type: 'text/html' | 'text/css' | 'text/javascript' | 'application/json';
  readonly body: string;
  /** Set on a redirect. */
  readonly location?: string;
}

const statusOf: Partial<Record<CentreCode, number>> = {
  'centre-input-path': 404,
  'centre-input-act': 404,
  'centre-input-method': 405,
  'centre-input-large': 413,
  'centre-input-host': 403,
  'centre-disk': 500,
  'centre-internal': 500,
};

export const refusal = (failure: CentreFailure): Answer => ({
  status: statusOf[failure.code] ?? 400,
  type: 'application/json',
  body: JSON.stringify({ ok: false, ...failure, ...explainCentre(failure) }),
});

/** A value or a failure as JSON. */
export const answerOf = (result: CentreResult<unknown>): Answer =>
  result.ok
    ? { status: 200, type: 'application/json', body: JSON.stringify({ ok: true, value: result.value }) }
    : refusal(result.failure);

const page = (type: Answer['type'], body: string): Answer => ({ status: 200, type, body });

const headResult = (centre: Centre, query: URLSearchParams): CentreResult<unknown> => {
  const box = query.get('box') ?? '';
  const witness = centre.witness(box);
  if (!query.has('head')) return ok({ box, witness });
  const shown = { records: Number(query.get('records') ?? NaN), head: query.get('head') ?? '' };
  if (!Number.isSafeInteger(shown.records) || shown.records < 0)
    return centreFailed('centre-input-field', '', 'records');
  if (!/^[0-9a-f]{64}$/.test(shown.head)) return centreFailed('centre-input-field', '', 'head');
  const verdict = centre.headFits(box, shown);
  return verdict === null ? centreFailed('centre-box-unknown', box.slice(0, 64), 'box') : ok({ box, witness, verdict });
};

const receiptsResult = (centre: Centre, query: URLSearchParams): CentreResult<unknown> => {
  const [box, trace] = [query.get('box'), query.get('trace')];
  const fits = (wanted: string | null, found: string): boolean => wanted === null || wanted === found;
  return ok(centre.receipts().filter((one) => fits(box, one.box) && fits(trace, one.receipt.trace)));
};

const pages: Readonly<Record<string, (centre: Centre, query: URLSearchParams) => Answer>> = {
  '/': (centre) => page('text/html', pageMarkup(liveMarkup(viewOf(centre))).markup),
  '/live': (centre) => page('text/html', liveMarkup(viewOf(centre)).markup),
  '/page.css': () => page('text/css', pageStyle),
  '/page.js': () => page('text/javascript', pageScript),
  '/api/state': (centre) => answerOf(ok(viewOf(centre))),
  '/api/keys': (centre) => answerOf(ok(centre.keys)),
  '/api/receipts': (centre, query) => answerOf(receiptsResult(centre, query)),
  '/api/head': (centre, query) => answerOf(headResult(centre, query)),
};

/** Pages and questions. */
export const answerGet = (centre: Centre, url: URL): Answer => {
  const draw = Object.hasOwn(pages, url.pathname) ? pages[url.pathname] : undefined;
  return draw === undefined
    ? refusal(centreFailed('centre-input-path', url.pathname.slice(0, 64)).failure)
    : draw(centre, url.searchParams);
};

const isForm = (type: string): boolean => type.startsWith('application/x-www-form-urlencoded');

const fieldsOf = (text: string, type: string): CentreResult<Readonly<Record<string, unknown>>> => {
  if (isForm(type)) return ok(Object.fromEntries([...new URLSearchParams(text)].filter(([, value]) => value !== '')));
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return centreFailed('centre-input-json');
    return ok({ ...value });
  } catch (error) {
    return centreFailed('centre-input-json', error instanceof Error ? error.message.slice(0, 100) : '');
  }
};

/** `/api/acts/NAME` with the act's fields as JSON or as a form; a form that went well leads back to the page. */
export const answerPost = async (centre: Centre, url: URL, text: string, type: string): Promise<Answer> => {
  const name = /^\/api\/acts\/([^/]+)$/.exec(url.pathname)?.[1];
  if (name === undefined) return refusal(centreFailed('centre-input-path', url.pathname.slice(0, 64)).failure);
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (act === undefined) return refusal(centreFailed('centre-input-act', name.slice(0, 64)).failure);
  const fields = fieldsOf(text, type);
  if (!fields.ok) return refusal(fields.failure);
  const result = await act.perform(centre, fields.value);
  return result.ok && isForm(type) ? { ...answerOf(result), status: 303, location: '/' } : answerOf(result);
};
