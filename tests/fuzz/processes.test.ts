import { smoke } from './smoke.ts';
import { soundFile } from './targets/audio.ts';
import { pageHttp, pageSocket } from './targets/page.ts';

smoke([soundFile, pageHttp, pageSocket]);
