import { smoke } from './smoke.ts';
import { clipLength, configurationFile, configurationFolder, deviceFile } from './targets/configuration.ts';

smoke([configurationFile, clipLength]);
/** A definition costs four times as much, the whole folder twenty times; their long runs have the rest. */
smoke([deviceFile], 1_000);
smoke([configurationFolder], 200);
