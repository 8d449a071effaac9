import * as wire from '@lunkit/wire'
import {
  arrayOf,
  ascii,
  bit,
  bits,
  byteArray,
  bytes,
  checkPlace,
  checkValues,
  flag,
  LongMemory,
  layout,
  object,
  oneOf,
  required,
  Slab,
  tail,
  text,
  traceLine,
  u8,
  wholeBigint,
  wholeNumber,
} from '@lunkit/wire'
import { describeArguments } from './argument-tests.ts'
import {
  type BadCall,
  eachBad,
  eachBadOption,
  eachChanged,
  NO_FLAGS,
  NO_FUNCTIONS,
  NO_OBJECTS,
  NO_OPTIONS,
  NO_TEXTS,
  NO_WHOLE_NUMBERS,
  without,
} from './bad-values.ts'

const slab = new Slab({ sizeBytes: 1 })
const long = new LongMemory()
const SPEC = { name: 'a', spec: 'b', size: 4, fields: { value: u8(0) } }
const Small = layout(SPEC)
const view = new DataView(new ArrayBuffer(4))

const given = without(NO_TEXTS, undefined)
const NO_WHOLES = without(NO_WHOLE_NUMBERS, -1, 2 ** 53)
const NO_DOMAINS: readonly unknown[] = [...NO_OBJECTS, { has: 1, words: 'a' }]
const NO_VIEWS: readonly unknown[] = [...NO_OBJECTS, new Uint8Array(4), new DataView(new ArrayBuffer(3))]
/** Where a field cannot begin. */
const places = (field: (byte: never) => unknown): BadCall[] => eachBad([...NO_WHOLE_NUMBERS, 65_536], field)
/** Closed lists that are none. */
const lists = (field: (names: never) => unknown): BadCall[] =>
  eachBad([null, 1, 'text', [], { a: '1' }, { a: 1.5 }], field)
const notOne = (values: readonly unknown[]) => values.filter(value => value !== 1 && value !== true)

describeArguments('@lunkit/wire', {
  door: wire,
  calls: {
    'new Slab': () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => new Slab(bad)),
      ...eachBad(NO_WHOLE_NUMBERS, sizeBytes => new Slab({ sizeBytes })),
      ...eachBadOption('poison', NO_FLAGS, bad => new Slab({ sizeBytes: 1, ...(bad as object) })),
    ],
    'LongMemory.takeLater': () => [
      ...eachBad([...NO_WHOLE_NUMBERS, 0], bad => long.takeLater(bad, () => {})),
      ...eachBad([undefined, ...NO_FUNCTIONS], bad => long.takeLater(1, bad)),
    ],
    'Slab.trim': () => eachBad([undefined, ...NO_FUNCTIONS], bad => slab.trim(bad)),

    arrayOf: () => [...eachBad(NO_DOMAINS, bad => arrayOf(bad)), ...eachBad(given, bad => arrayOf(flag, bad))],
    byteArray: () => [
      ...eachBad(without(NO_WHOLES, undefined), bad => byteArray(bad)),
      ...eachBad(without(NO_WHOLES, undefined), bad => byteArray(0, bad)),
      ...eachBad([1], () => byteArray(2, 1)),
    ],
    object: () => [...eachBad(given, bad => object(bad)), ...eachBad(NO_FUNCTIONS, bad => object('a', bad))],
    oneOf: () => eachBad([...NO_OBJECTS, [1, 'a'], [{}]], bad => oneOf(bad)),
    required: () => eachBad(NO_DOMAINS, bad => required(bad)),
    text: () => [...eachBad(given, bad => text(bad)), ...eachBad(NO_FUNCTIONS, bad => text('a', bad))],
    wholeBigint: () => eachBad([undefined, null, 1, '1', -1n, {}], bad => wholeBigint(bad)),
    wholeNumber: () => [
      ...eachBad(without(NO_WHOLES, undefined), bad => wholeNumber(bad)),
      ...eachBad(without(NO_WHOLES, undefined), bad => wholeNumber(0, bad)),
      ...eachBad([1], () => wholeNumber(2, 1)),
    ],

    u8: () => [...places(bad => u8(bad)), ...lists(bad => u8(0, bad))],
    u16: () => [...places(bad => wire.u16(bad)), ...lists(bad => wire.u16(0, bad))],
    u24: () => places(bad => wire.u24(bad)),
    u32: () => places(bad => wire.u32(bad)),
    u32le: () => places(bad => wire.u32le(bad)),
    u48: () => places(bad => wire.u48(bad)),
    u64: () => places(bad => wire.u64(bad)),
    count64: () => places(bad => wire.count64(bad)),
    bit: () => [...places(bad => bit(bad, 0)), ...eachBad([...NO_WHOLE_NUMBERS, 8], bad => bit(0, bad))],
    bits: () => [
      ...places(bad => bits(bad, [1, 0])),
      ...eachBad([...NO_OBJECTS, [1], [0, 1], [8, 0], [1, -1], [1.5, 0], ['1', 0]], bad => bits(0, bad)),
      ...lists(bad => bits(0, [1, 0], bad)),
    ],
    tail: () => [
      ...places(bad => tail(bad, 0, 1)),
      ...eachBad([...NO_WHOLE_NUMBERS, 8], bad => tail(0, bad, 1)),
      ...eachBad([...notOne(NO_WHOLE_NUMBERS), 0, 3], bad => tail(0, 0, bad)),
    ],
    bytes: () => [...places(bad => bytes(bad, 1)), ...eachBad([...NO_WHOLE_NUMBERS, 0], bad => bytes(0, bad))],
    ascii: () => [...places(bad => ascii(bad, 1)), ...eachBad([...NO_WHOLE_NUMBERS, 0], bad => ascii(0, bad))],

    layout: () => [
      ...eachBad(NO_OBJECTS, bad => layout(bad)),
      ...eachChanged(
        SPEC,
        {
          name: without(NO_TEXTS, ''),
          spec: without(NO_TEXTS, ''),
          size: [...NO_WHOLE_NUMBERS, 0],
          fields: [undefined, null, 1, { a: 1 }, { a: null }, { a: {} }],
        },
        bad => layout(bad),
      ),
    ],
    checkValues: () => [
      ...eachBad(
        without(NO_OBJECTS, {}).filter(bad => typeof bad !== 'object' || bad === null || Array.isArray(bad)),
        bad => checkValues(Small, bad),
      ),
      ...eachBad([null, NaN, -1, 256, '1'], value => checkValues(Small, { value })),
    ],
    checkPlace: () => [
      ...eachBad(NO_VIEWS, bad => checkPlace('x', { view: bad, at: 0, sizeBytes: 4 })),
      ...eachBad([...NO_WHOLE_NUMBERS, 1], bad => checkPlace('x', { view, at: bad, sizeBytes: 4 })),
    ],
    nearest: () => [
      ...eachBad(without(NO_TEXTS, ''), bad => wire.nearest(bad, [])),
      ...eachBad([undefined, null, 1, 'text', {}, [1], [null]], bad => wire.nearest('a', bad)),
    ],
    traceLine: () => [
      ...eachBad([...NO_OBJECTS, { fields: {} }, { size: 1 }], bad => traceLine(bad, view)),
      ...eachBad(NO_VIEWS, bad => traceLine(Small, bad)),
      ...eachBad([...without(NO_WHOLE_NUMBERS, undefined), 1], bad => traceLine(Small, view, bad)),
    ],
  },
  untried: {
    anyValue: ['callback.has', 'flag.has', 'shownValue'],
    noArguments: ['new LongMemory'],
    insideOfPackages: ['LongMemory.reclaim', 'Slab.reclaim', 'checkArgument', 'checkOptions'],
    perCommand: [
      ...['Slab.take', 'Slab.takeLater', 'copyBytes', 'crc32c', 'crc32cPortable', 'crc32cRange', 'dataView'],
      ...['reservedBit', 'serialAdd', 'serialBefore', 'serialDistance', 'serialWithin'],
    ],
  },
  state: () => [slab.takenBytes, slab.waiting, long.waiting],
})
