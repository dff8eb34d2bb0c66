import { orderBySatellite, orderForged, orderSigned, signedTime } from './targets/orders.ts';
import { smoke } from './smoke.ts';

smoke([orderForged, orderSigned, orderBySatellite, signedTime]);
