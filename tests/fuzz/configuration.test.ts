import { smoke } from './smoke.ts';
import { clipLength, configurationFile, configurationFolder, deviceFile } from './targets/configuration.ts';

smoke([configurationFile, deviceFile, clipLength]);
/** The whole folder costs twenty times as much; its long run has the rest. */
smoke([configurationFolder], 400);
