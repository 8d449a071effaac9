import { eachBad, eachBadOption, NO_BYTES, NO_FLAGS, NO_OPTIONS, NO_WHOLE_NUMBERS } from './bad-values.ts'

/** Calls with what is no whole number. */
export const wholes = (call: (bad: never) => unknown) => eachBad(NO_WHOLE_NUMBERS, call)
/** Calls with what is no Uint8Array. */
export const data = (call: (bad: never) => unknown) => eachBad(NO_BYTES, call)
/** Calls with what is no object of options. */
export const options = (call: (bad: never) => unknown) => eachBad(NO_OPTIONS, call)
/** Calls with an option that is neither true nor false. */
export const flags = (name: string, call: (bad: never) => unknown) => eachBadOption(name, NO_FLAGS, call)
/** Calls with what is no form of a command. */
export const forms = (call: (bad: never) => unknown) => eachBadOption('form', [7, '10', null, NaN, {}], call)
/** Calls with an option that is no whole number. */
export const optionalWholes = (name: string, call: (bad: never) => unknown) =>
  eachBadOption(name, NO_WHOLE_NUMBERS, call)
/** Calls with data that is no whole block. */
export const partOfABlock = (call: (bad: never) => unknown) => eachBad([Buffer.alloc(511), Buffer.alloc(513)], call)
