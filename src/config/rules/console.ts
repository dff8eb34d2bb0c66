import { parseListen, type Listen } from '../compile-console.ts';
import { faultAt, type Rule } from '../draft.ts';

const isHere = ({ host }: Listen): boolean => host === 'localhost' || host === '[::1]' || /^127\./.test(host);
const isEverywhere = ({ host }: Listen): boolean => host === '0.0.0.0' || host === '[::]';

/** The page's address can be listened on, and people can open it by a name that is let in. */
export const pageCanBeOpened: Rule = ({ site }) => {
  const { listen, allowedHosts = [] } = site.value.console ?? {};
  if (listen === undefined) return [];
  const path = ['console', 'listen'];
  const address = parseListen(listen);
  if (address === null) return faultAt(site, path, 'config-page-listen', { listen });
  const isNameless = isEverywhere(address) && allowedHosts.length === 0;
  return isNameless ? faultAt(site, path, 'config-page-hosts', { listen }) : [];
};

/** A page that the network can reach carries PINs in the clear: allowed, but said. */
export const pageStaysInside: Rule = ({ site }) => {
  const { listen } = site.value.console ?? {};
  const address = parseListen(listen ?? '');
  if (listen === undefined || address === null || isHere(address)) return [];
  return faultAt(site, ['console', 'listen'], 'config-warn-page-open', { listen });
};
