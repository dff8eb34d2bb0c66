import { smoke } from './smoke.ts';
import { orderBySatellite, orderForged, orderSigned, signedTime } from './targets/orders.ts';

smoke([orderForged, orderSigned, orderBySatellite, signedTime]);
