import { createRamdisk } from '@lunkit/backstores'
import * as compliance from '@lunkit/backstores/compliance'
import { pattern, StoreDriver, storeCompliance } from '@lunkit/backstores/compliance'
import * as contract from '@lunkit/backstores/store'
import { StoreListeners } from '@lunkit/backstores/store'
import { Slab } from '@lunkit/wire'
import { describeArguments } from './argument-tests.ts'
import {
  eachBad,
  eachBadOption,
  NO_BYTES,
  NO_FLAGS,
  NO_FUNCTIONS,
  NO_OBJECTS,
  NO_OPTIONS,
  NO_TEXTS,
  NO_WHOLE_NUMBERS,
  without,
} from './bad-values.ts'

const MIB = 1024 * 1024
const slab = new Slab({ sizeBytes: MIB })
const store = createRamdisk({ name: 'a', sizeBytes: MIB })
const driver = new StoreDriver(store, slab)
const makeStore = () => store
const nothing = (): void => {}
const runner = { describe: nothing, it: nothing, beforeEach: nothing, afterEach: nothing }

const transfers = (call: (options: never) => unknown) => [
  ...eachBad(NO_OPTIONS, call),
  ...eachBadOption('fua', NO_FLAGS, call),
  ...eachBadOption('slotOffset', NO_WHOLE_NUMBERS, call),
]

describeArguments('@lunkit/backstores/store', {
  door: contract,
  calls: {
    'new StoreListeners': () => eachBad(NO_FUNCTIONS, bad => new StoreListeners(bad)),
    'StoreListeners.add': () => eachBad([undefined, ...NO_FUNCTIONS], bad => new StoreListeners().add(bad)),
  },
  untried: { perCommand: ['new StoreRequest'], anyValue: ['StoreListeners.tell'] },
})

describeArguments('@lunkit/backstores/compliance', {
  door: compliance,
  calls: {
    storeCompliance: () => [
      ...eachBad(NO_TEXTS, bad => storeCompliance(bad, makeStore)),
      ...eachBad([undefined, ...NO_FUNCTIONS], bad => storeCompliance('a', bad)),
      ...eachBad([null, 1, 'text', [], {}], bad => storeCompliance('a', makeStore, bad)),
      ...eachBad(NO_OPTIONS, bad => storeCompliance('a', makeStore, runner, bad)),
      ...eachBadOption('blockBytes', [null, '512', 0, 511, 8192, {}], bad =>
        storeCompliance('a', makeStore, runner, bad),
      ),
    ],
    pattern: () => [
      ...eachBad(NO_WHOLE_NUMBERS, bad => pattern(bad, 1)),
      ...eachBad(NO_WHOLE_NUMBERS, bad => pattern(1, bad)),
    ],
    'new StoreDriver': () => [
      ...eachBad(NO_OBJECTS, bad => new StoreDriver(bad, slab)),
      ...eachBad(NO_OBJECTS, bad => new StoreDriver(store, bad)),
    ],
    'StoreDriver.run': () => eachBad(NO_OBJECTS, bad => driver.run(bad)),
    'StoreDriver.perform': () => [
      ...eachBad([undefined, ...NO_OPTIONS], bad => driver.perform(bad)),
      ...eachBadOption('operation', [null, 1, 'reed', {}], bad => driver.perform(bad)),
      ...eachBadOption('fua', NO_FLAGS, bad => driver.perform(bad)),
      ...eachBadOption('offset', [null, '1', 1n, {}], bad => driver.perform(bad)),
    ],
    'StoreDriver.write': () => [
      ...eachBad(NO_WHOLE_NUMBERS, bad => driver.write(bad, new Uint8Array(512))),
      ...eachBad(NO_BYTES, bad => driver.write(0, bad)),
      ...transfers(bad => driver.write(0, new Uint8Array(512), bad)),
    ],
    'StoreDriver.read': () => [
      ...eachBad(NO_WHOLE_NUMBERS, bad => driver.read(bad, 512)),
      ...eachBad(NO_WHOLE_NUMBERS, bad => driver.read(0, bad)),
      ...transfers(bad => driver.read(0, 512, bad)),
    ],
    'StoreDriver.take': () => eachBad(without(NO_WHOLE_NUMBERS), bad => driver.take(bad)),
  },
  untried: { calledBack: ['StoreDriver.completed'] },
  state: () => [slab.takenBytes, driver.pending],
})
