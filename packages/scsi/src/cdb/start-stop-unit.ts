import { bit, bits } from '@lunkit/wire'
import { cdb } from '../cdb.ts'

/** The POWER CONDITION field of START STOP UNIT. */
export const PowerCondition = {
  /** START and LOEJ are processed. */
  startValid: 0x0,
  active: 0x1,
  idle: 0x2,
  standby: 0x3,
  luControl: 0x7,
  forceIdle: 0xa,
  forceStandby: 0xb,
} as const
export type PowerCondition = (typeof PowerCondition)[keyof typeof PowerCondition]

export const StartStopUnit = cdb({
  name: 'START STOP UNIT',
  spec: 'SBC-4 5.31',
  opcode: 0x1b,
  size: 6,
  fields: {
    immediate: bit(1, 0),
    powerConditionModifier: bits(3, [3, 0]),
    powerCondition: bits<PowerCondition>(4, [7, 4], PowerCondition),
    noFlush: bit(4, 2),
    loadEject: bit(4, 1),
    start: bit(4, 0),
  },
})
