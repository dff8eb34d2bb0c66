/** Where the page listens, and by which names it may be asked for. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

const isEverywhere = ({ host }: Listen): boolean => host === '0.0.0.0' || host === '[::]';

export interface Gate {
  readonly host: (header: string | undefined) => boolean;
  readonly origin: (header: string | undefined) => boolean;
}

/**
 * Names by which the page may be asked for: a page of somebody else that points its own name at this box gets nothing.
 * `port` is the one really listened on; a listed name may carry a port of its own (behind a port forward).
 */
export const gateOf = (listen: Listen, port: number, allowed: readonly string[]): Gate => {
  const own = isEverywhere(listen) ? [] : [listen.host];
  const names = [...loopbackNames, ...own, ...allowed].map((name) => name.toLowerCase());
  const hosts = new Set(names.flatMap((name) => (/:\d+$/.test(name) ? [name] : [`${name}:${port}`])));
  const isHost = (host: string): boolean => hosts.has(host.toLowerCase());
  return {
    host: (header) => header !== undefined && isHost(header),
    origin: (header) => {
      const [, host] = /^https?:\/\/([^/]+)$/.exec(header ?? '') ?? [];
      return host !== undefined && isHost(host);
    },
  };
};
