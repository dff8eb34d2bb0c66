import { smoke } from './smoke.ts';
import { controlRequest, messageOfCentre, spokenData } from './targets/messages.ts';

smoke([messageOfCentre, controlRequest, spokenData]);
