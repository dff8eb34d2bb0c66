import { soundFile } from './targets/audio.ts';
import { networkLoudspeaker, operatingBoard, satelliteTerminal, speechChip, spokenText } from './targets/codecs.ts';
import { clipLength, configurationFile, configurationFolder, deviceFile } from './targets/configuration.ts';
import { controlRequest, messageOfCentre, spokenData } from './targets/messages.ts';
import { modbusLine, modbusModels } from './targets/modbus.ts';
import { orderBySatellite, orderForged, orderSigned, signedTime } from './targets/orders.ts';
import { journalExport, journalSegment, smallFiles, stateFolder } from './targets/store.ts';
import { liveBox } from './targets/live-box.ts';
import { pageHttp, pageSocket } from './targets/page.ts';
import type { Target } from './target.ts';

/** Everything that reads what comes from outside. */
export const targets: readonly Target[] = [
  ...[orderForged, orderSigned, orderBySatellite, signedTime],
  ...[messageOfCentre, controlRequest, spokenData],
  ...[...modbusModels, modbusLine],
  ...[speechChip, spokenText, satelliteTerminal, operatingBoard, networkLoudspeaker],
  ...[journalSegment, stateFolder, journalExport, smallFiles],
  ...[configurationFile, configurationFolder, deviceFile, clipLength],
  ...[soundFile, pageHttp, pageSocket, liveBox],
];
