import * as statistics from '@lunkit/statistics'
import { Block, BlockReader, Clock, declare, Histogram, RowPair } from '@lunkit/statistics'
import { describeArguments } from './argument-tests.ts'
import {
  eachBad,
  eachBadOption,
  eachChanged,
  NO_FUNCTIONS,
  NO_OBJECTS,
  NO_OPTIONS,
  NO_TEXTS,
  NO_WHOLE_NUMBERS,
  without,
} from './bad-values.ts'

const METRIC = { kind: 'counter', unit: 'commands', help: 'commands that have ended' } as const
const SPEC = { name: 'disk', labels: ['disk'], metrics: { commands: METRIC } } as const
const DIMENSION = { label: 'op', values: ['read'] }
const disks = declare(SPEC)
const block = new Block(disks)
const row = block.row({ disk: 'a' })
const { empty } = Histogram

const metric = (changed: unknown) => declare({ ...SPEC, metrics: { commands: changed } } as never)
const by = (changed: object) => metric({ ...METRIC, by: changed })
const NO_LISTS = [undefined, null, 1, 'text', {}, [1], [''], ['a', 'a'], [undefined]]
const NO_QUANTILES = [undefined, null, '1', 1n, NaN, -0.1, 1.1, Infinity, {}]

describeArguments('@lunkit/statistics', {
  door: statistics,
  returned: () => ({ Row: row }),
  calls: {
    declare: () => [
      ...eachBad([undefined, ...NO_OPTIONS], bad => declare(bad)),
      ...eachChanged(SPEC, { name: [...NO_TEXTS, 'A', 'a b'], labels: NO_LISTS, metrics: NO_OBJECTS }, bad =>
        declare(bad),
      ),
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => metric(bad)),
      ...eachChanged(METRIC, { kind: [...NO_TEXTS, 'summary'], unit: NO_TEXTS, help: NO_TEXTS }, bad => metric(bad)),
      ...eachBad([null, ...NO_OPTIONS, {}], bad => by(bad)),
      ...eachChanged(DIMENSION, { label: [...NO_TEXTS, 'A', 'disk'], values: [...NO_LISTS, []] }, bad => by(bad)),
    ],
    'new Block': () => [
      ...eachBad([...NO_OBJECTS, SPEC], bad => new Block(bad)),
      ...eachBad(NO_OPTIONS, bad => new Block(disks, bad)),
      ...eachBadOption('rows', [...NO_WHOLE_NUMBERS, 0, 1_048_577], bad => new Block(disks, bad)),
    ],
    'Block.row': () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => block.row(bad)),
      ...eachBad(without(NO_TEXTS, ''), bad => block.row({ disk: bad })),
      ...eachBad([...without(NO_OBJECTS, undefined), new Block(disks).row({ disk: 'a' })], bad =>
        block.row({ disk: 'b' }, bad),
      ),
    ],
    'new BlockReader': () => [
      ...eachBad(NO_OBJECTS, bad => new BlockReader(bad, block.memory)),
      ...eachBad([...NO_OBJECTS, new ArrayBuffer(64), new SharedArrayBuffer(64)], bad => new BlockReader(disks, bad)),
    ],
    'new RowPair': () => [
      ...eachBad(NO_OBJECTS, bad => new RowPair(bad, row)),
      ...eachBad(NO_OBJECTS, bad => new RowPair(row, bad)),
    ],
    'new Clock': () => eachBad(NO_FUNCTIONS, bad => new Clock(bad)),
    'Histogram.merged': () =>
      eachBad(
        [...NO_OBJECTS, [{}], [null]].filter(bad => !isEmpty(bad)),
        bad => Histogram.merged(bad),
      ),
    'Histogram.quantile': () => eachBad(NO_QUANTILES, bad => empty.quantile(bad)),
    'Histogram.cumulative': () => eachBad([undefined, null, 1, {}, ['1'], [0], [2, 1]], bad => empty.cumulative(bad)),
    'Histogram.native': () => eachBad([...NO_WHOLE_NUMBERS, 4], bad => empty.native(bad)),
  },
  untried: {
    perCommand: ['Row.add', 'Row.set', 'Row.observe', 'Row.get', 'RowPair.add', 'RowPair.observe', 'Clock.readSince'],
    noArguments: [
      'Histogram.empty',
      ...[
        'Block.snapshot',
        'BlockReader.snapshot',
        'BlockReader.cells',
        'Clock.now',
        'Clock.read',
        'Clock.look',
        'Histogram.buckets',
        'Row.release',
      ],
    ],
    insideOfPackages: ['Block.leave', 'new Declaration', 'new Histogram'],
  },
  state: () => block.rowsTaken,
})

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0
