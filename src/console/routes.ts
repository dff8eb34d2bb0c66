import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { failed, ok, type Result } from '../words/failure.ts';
import type { BoxLink } from './box-link.ts';
import type { ControlReply } from './control-client.ts';
import type { ControlRequest } from './control-requests.ts';
import { bookOf, type Admit } from './doorkeeper.ts';
import { refuse } from './http.ts';
import { bodies } from './requests.ts';
import { isSame, sessionLimits, type Session, type Sessions } from './sessions.ts';
import { isAsTyped, namesToType } from './widening.ts';

/** Whom to call about a zone; shown to whoever has entered a PIN. */
export interface Contact {
  readonly name: string;
  readonly duty: string;
  readonly phone: string;
  readonly zones: readonly string[];
}

export interface RoutePorts {
  readonly link: BoxLink;
  readonly sessions: Sessions;
  readonly admit: Admit;
  readonly contacts: readonly Contact[];
}

const cookieName = 'mingluo';

const cookieOf = ({ headers }: FastifyRequest): string | null =>
  /(?:^|;\s*)mingluo=([0-9a-f]{32})(?:;|$)/.exec(headers.cookie ?? '')?.[1] ?? null;

const setCookie = (reply: FastifyReply, value: string, seconds: number): void =>
  void reply.header('set-cookie', `${cookieName}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict`);

const sessionBody = (session: Session | null) => ({
  ok: true,
  person: session?.person ?? null,
  csrf: session?.csrf ?? null,
});

/** A session whose token stands in the request. Errors: `page-locked`, `page-token-refused`. */
const proven = ({ sessions }: RoutePorts, request: FastifyRequest): Result<Session> => {
  const session = sessions.find(cookieOf(request), true);
  if (session === null) return failed('page-locked');
  const token = request.headers['x-csrf'];
  return isSame(typeof token === 'string' ? token : undefined, session.csrf)
    ? ok(session)
    : failed('page-token-refused');
};

const shapeless = failed('page-request-invalid', { detail: 'body' });

const answer = (reply: FastifyReply, asked: Result<ControlReply>): FastifyReply => {
  if (!asked.ok) return refuse(reply, asked.failure);
  return reply.code(asked.value.ok ? 200 : 409).send(asked.value);
};

/** Whoever has entered a PIN, else the place from which the button was pressed. */
const whoStops = ({ sessions }: RoutePorts, request: FastifyRequest): string =>
  sessions.find(cookieOf(request), true)?.person.id ?? `page-${bookOf(request.ip)}`;

/** What needs no PIN: to look, to stop, and to say that one has heard. */
const openRoutes = (app: FastifyInstance, ports: RoutePorts): void => {
  const { link, sessions } = ports;
  app.get('/healthz', () => ({ ok: true }));
  app.get('/api/site', (_request, reply) => {
    const site = link.site();
    return site === null ? refuse(reply, failed('page-box-away').failure) : reply.send({ ok: true, site });
  });
  app.get('/api/session', (request, reply) => reply.send(sessionBody(sessions.find(cookieOf(request), false))));
  for (const what of ['stop', 'answer'] as const) {
    app.post(`/api/${what}`, async (request, reply) => {
      if (bodies.nothing(request.body) === null) return refuse(reply, shapeless.failure);
      return answer(reply, await link.ask({ do: what, person: whoStops(ports, request), source: 'console' }));
    });
  }
};

const loginRoutes = (app: FastifyInstance, { sessions, admit }: RoutePorts): void => {
  app.post('/api/login', async (request, reply) => {
    const login = bodies.login(request.body);
    if (login === null) return refuse(reply, shapeless.failure);
    const admitted = await admit({ ...login, address: request.ip });
    if (!admitted.ok) return refuse(reply, admitted.failure);
    sessions.close(cookieOf(request));
    const { id, session } = admitted.value;
    setCookie(reply, id, sessionLimits.longestMs / 1000);
    return reply.send(sessionBody(session));
  });
  app.post('/api/logout', (request, reply) => {
    sessions.close(cookieOf(request));
    setCookie(reply, '', 0);
    return reply.send(sessionBody(null));
  });
};

/**
 * A drill that is wider than the zone it begins with needs the names of the others typed, whoever asks: one tap must not
 * wake four villages. Errors: `page-request-invalid`, `page-box-away`, `page-drill-names`.
 */
const startRequest = (link: BoxLink, person: string, body: unknown): Result<ControlRequest> => {
  const start = bodies.start(body);
  if (start === null) return shapeless;
  const { typed = '', ...asked } = start;
  const control: ControlRequest = { do: 'trigger', ...asked, person, source: 'console' };
  if (asked.status === 'actual') return ok(control);
  const site = link.site();
  if (site === null) return failed('page-box-away');
  return isAsTyped(site, asked, typed)
    ? ok(control)
    : failed('page-drill-names', { names: namesToType(site, asked).join('、') });
};

/** What needs a PIN. */
const lockedRoutes = (app: FastifyInstance, ports: RoutePorts): void => {
  const { link, contacts, sessions } = ports;
  const guarded = (path: string, request: (session: Session, body: unknown) => Result<ControlRequest>): void => {
    app.post(path, async (asked, reply) => {
      const session = proven(ports, asked);
      if (!session.ok) return refuse(reply, session.failure);
      const control = request(session.value, asked.body);
      return control.ok ? answer(reply, await link.ask(control.value)) : refuse(reply, control.failure);
    });
  };
  guarded('/api/start', ({ person }, body) => startRequest(link, person.id, body));
  guarded('/api/continue', ({ person }, body) => {
    const shown = bodies.goOn(body);
    return shown === null ? shapeless : ok({ do: 'continue', person: person.id, alert: shown.alert });
  });
  guarded('/api/lift', ({ person }, body) => {
    const lift = bodies.lift(body);
    return lift === null ? shapeless : ok({ do: 'lift', ...lift, person: person.id });
  });
  app.post('/api/touch', (request, reply) => {
    const session = proven(ports, request);
    return session.ok ? reply.send(sessionBody(session.value)) : refuse(reply, session.failure);
  });
  app.get('/api/contacts', (request, reply) =>
    sessions.find(cookieOf(request), false) === null
      ? refuse(reply, failed('page-locked').failure)
      : reply.send({ ok: true, contacts }),
  );
  app.get('/api/raw', async (request, reply) => {
    const session = sessions.find(cookieOf(request), false);
    if (session === null) return refuse(reply, failed('page-locked').failure);
    if (session.person.role !== 'technician') return refuse(reply, failed('page-role-refused').failure);
    return answer(reply, await link.ask({ do: 'status' }));
  });
};

/** Everything the page may ask. Whatever changes something comes from the page itself (see `createHttp`). */
export const addRoutes = (app: FastifyInstance, ports: RoutePorts): void => {
  openRoutes(app, ports);
  loginRoutes(app, ports);
  lockedRoutes(app, ports);
};
