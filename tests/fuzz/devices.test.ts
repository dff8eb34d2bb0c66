import { smoke } from './smoke.ts';
import { networkLoudspeaker, operatingBoard, satelliteTerminal, speechChip, spokenText } from './targets/codecs.ts';
import { modbusLine, modbusModels } from './targets/modbus.ts';

smoke([...modbusModels, modbusLine]);
smoke([speechChip, spokenText, satelliteTerminal, operatingBoard, networkLoudspeaker]);
