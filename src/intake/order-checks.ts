import type { Alert, Authority } from '../core/alert.ts';
import type { OrderBody, OrderClass, SenderKey } from '../core/order.ts';
import type { Site, Zone } from '../core/site.ts';
import { failed, ok, type Result } from '../words/failure.ts';
import { resolveZones, scopeHoldsSite, scopeWithinKey, zonesInScope } from './address.ts';
import { keyRingOf } from './keys.ts';

/** What an order is judged by once its signature held. */
export interface OrderContext {
  readonly sender: SenderKey;
  readonly site: Site;
  readonly real: boolean;
}

/** The parts of an order that the checks need, however it was encoded. */
export interface Claim {
  readonly scope: string;
  readonly class: OrderClass;
  readonly body: OrderBody;
}

/** Highest first; a key speaks for its own level and those below. */
const authorities: readonly Authority[] = ['national', 'province', 'city', 'county', 'township', 'village', 'box'];

const alertClassFits = (orderClass: OrderClass, { status, class: alertClass }: Alert): boolean =>
  status === 'actual' ? orderClass === (alertClass === 'emergency' ? 'alarm' : 'routine') : orderClass === 'drill';

const classFits = ({ class: orderClass, body }: Claim): boolean => {
  switch (body.kind) {
    case 'issue':
    case 'update':
      return alertClassFits(orderClass, body.alert);
    case 'cancel':
    case 'all-clear':
    case 'correction':
    case 'store-audio':
      // Only core knows the alert that is named, and compares its class with this one; a recording alone has none.
      return orderClass === 'alarm' || orderClass === 'routine' || orderClass === 'drill';
    case 'stop':
      return orderClass === 'stop';
    case 'set-keys':
      return orderClass === 'keys';
  }
};

const checkClass = (claim: Claim, { sender }: OrderContext): Result<Claim> => {
  const at = { field: 'class' };
  if (!classFits(claim)) return failed('order-class-unfit', { class: claim.class }, at);
  if (!sender.classes.includes(claim.class)) {
    return failed('order-class-not-allowed', { class: claim.class, key: sender.id }, at);
  }
  return ok(claim);
};

const checkScope = ({ scope, body }: Claim, { sender, site }: OrderContext): Result<readonly Zone[]> => {
  const at = { field: 'scope' };
  const zones = zonesInScope(site, scope);
  if (zones.length === 0) return failed('order-wrong-box', { scope }, at);
  const touchesAll = body.kind === 'set-keys' || (body.kind === 'stop' && body.alertId === null);
  if (touchesAll && !scopeHoldsSite(site, scope)) return failed('order-wrong-box', { scope }, at);
  if (!scopeWithinKey(site, scope, sender.scope)) return failed('order-scope-too-wide', { scope, key: sender.id }, at);
  return ok(zones);
};

const checkAlert = (alert: Alert, { sender, site }: OrderContext, zones: readonly Zone[]): Result<Alert> => {
  if (authorities.indexOf(alert.authority) < authorities.indexOf(sender.authority)) {
    return failed(
      'order-authority-too-high',
      { key: sender.id, authority: alert.authority },
      { field: 'body.alert.authority' },
    );
  }
  if (alert.sirenUnlocked && alert.status !== 'drill') {
    return failed('order-unlock-not-drill', {}, { field: 'body.alert.sirenUnlocked' });
  }
  const resolved = resolveZones(site, alert.zones, zones);
  return resolved.ok ? ok({ ...alert, zones: resolved.value }) : resolved;
};

/** A set without a key that may sign keys would lock everybody out for ever, so it is refused as a whole. */
const checkKeys = (keys: readonly SenderKey[], real: boolean): Result<readonly SenderKey[]> => {
  const at = { field: 'body.keys' };
  const ring = keyRingOf(keys);
  if (!ring.ok) return failed('order-keys-unusable', ring.failure.params, at);
  const practice = keys.find((key) => key.practice);
  if (real && practice !== undefined) return failed('envelope-key-practice', { key: practice.id }, at);
  if (keys.some((key) => key.classes.includes('keys') && key.scope === '')) return ok(keys);
  return failed('order-keys-unusable', { detail: 'no key of class keys with the scope of the whole box' }, at);
};

/**
 * Judges what a signed order claims against its key and this site: class, scope, authority, zones, new keys. Freshness
 * (validity, counter) is core's.
 *
 * @returns the body with its zones resolved to zone ids, or one `order-…` code with the field
 */
export const checkOrder = (claim: Claim, context: OrderContext): Result<OrderBody> => {
  const fits = checkClass(claim, context);
  if (!fits.ok) return fits;
  const zones = checkScope(claim, context);
  if (!zones.ok) return zones;
  const { body } = claim;
  if (body.kind === 'issue' || body.kind === 'update') {
    const alert = checkAlert(body.alert, context, zones.value);
    return alert.ok ? ok({ kind: body.kind, alert: alert.value }) : alert;
  }
  if (body.kind === 'set-keys') {
    const keys = checkKeys(body.keys, context.real);
    return keys.ok ? ok(body) : keys;
  }
  return ok(body);
};
