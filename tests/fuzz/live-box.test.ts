import { smoke } from './smoke.ts';
import { liveBox } from './targets/live-box.ts';

smoke([liveBox]);
