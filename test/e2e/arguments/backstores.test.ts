import * as backstores from '@lunkit/backstores'
import {
  createLanes,
  createRamdisk,
  DelayLayer,
  deviceOrigin,
  dropPages,
  duplicateDescriptor,
  FailLayer,
  fileOrigin,
  Layer,
  LayerStack,
  LimitLayer,
  LogLayer,
  lookAtDevice,
  lookAtScsiDevice,
  machineId,
  openBlock,
  openFileio,
  openPscsi,
  openVerified,
  peerCredentials,
  RamMemory,
  ReadOnlyLayer,
  type Store,
  scsiOrigin,
  sendDatagram,
  takeExclusiveFile,
  thisMachine,
} from '@lunkit/backstores'
import { Slab } from '@lunkit/wire'
import { afterAll } from 'vitest'
import { describeArguments } from './argument-tests.ts'
import {
  type BadCall,
  eachBad,
  eachBadOption,
  eachChanged,
  eachLacking,
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
const lanes = createLanes({ slab, count: 1, native: false })
const store = createRamdisk({ name: 'a', sizeBytes: MIB })
const nullio = createRamdisk({ name: 'a', sizeBytes: MIB, nullio: true })
const delay = new DelayLayer(store)
const fail = new FailLayer(store)
const readOnly = new ReadOnlyLayer(store)
const limit = new LimitLayer(store)
const log = new LogLayer(store)
const stack = new LayerStack(store)
const VERIFY = { sidecar: store, slab: new Slab({ sizeBytes: MIB }), blockBytes: 512, identity: 'disk' }
const memory = new RamMemory(2 * MIB)
afterAll(() => lanes.close())

class Plain extends Layer {
  submit(): boolean {
    return true
  }
}

const NO_PATHS = [...NO_TEXTS, 'a\0b']
const likeAStore = {
  ...{ sizeBytes: 512, features: {} },
  ...{ submit: () => true, listen: () => undefined, close: () => undefined },
}
const NO_STORES: readonly unknown[] = [...NO_OBJECTS, { submit: 1 }, ...eachLacking(likeAStore)]
const NOT_GIVEN = without(NO_WHOLE_NUMBERS, undefined)
const NO_SIZES = [...NOT_GIVEN, 511]
const listeners = (of: Pick<Store, 'listen'>): BadCall[] => eachBad([undefined, ...NO_FUNCTIONS], bad => of.listen(bad))
const NO_OPERATIONS = [null, 1, 'read', {}, ['reed'], [1], [null]]

describeArguments('@lunkit/backstores', {
  door: backstores,
  returned: () => ({ Lanes: lanes, Ramdisk: store, Nullio: nullio }),
  calls: {
    createLanes: () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => createLanes(bad)),
      ...eachChanged(
        { slab },
        {
          slab: NO_OBJECTS,
          count: [...NOT_GIVEN, 0],
          native: NO_FLAGS,
          timers: [null, 1, [], {}],
          pollUs: NOT_GIVEN,
          cpus: [null, 1, 'text', {}, [], [-1], [0.5], ['1'], [8192]],
          placement: [null, 1, 'text', [], { 'fileio/a': 2 }, { 'fileio/a': '0' }],
          statistics: [null, 1, 'text', [], {}, { lanes: {}, stores: {} }],
          thereIsNoSuchOption: [1],
        },
        bad => createLanes(bad),
      ),
    ],
    'Lanes.setPollUs': () => eachBad([...NO_WHOLE_NUMBERS, 2 ** 31], bad => lanes.setPollUs(bad)),
    'Lanes.listen': () => eachBad([undefined, ...NO_FUNCTIONS], bad => lanes.listen(bad)),
    'Lanes.attach': () =>
      eachBad(
        [...NO_OBJECTS, { laneDown: 1 }, ...eachLacking({ laneDown: () => undefined, laneUp: () => undefined })],
        bad => lanes.attach(bad),
      ),
    'Lanes.place': () =>
      eachBad([undefined, null, 1, 'text', [], { 'fileio/a': 1024 }, { 'fileio/a': '0' }], bad => lanes.place(bad)),
    'Lanes.terminate': () => eachBad([...NO_WHOLE_NUMBERS, 1], bad => lanes.terminate(bad)),
    'Lanes.close': () => eachBad([...NOT_GIVEN, 2 ** 31], bad => lanes.close(bad)),
    createRamdisk: () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => createRamdisk(bad)),
      ...eachChanged(
        { name: 'a', sizeBytes: MIB },
        {
          name: NO_TEXTS,
          sizeBytes: [...NO_WHOLE_NUMBERS, 0, 511],
          nullio: NO_FLAGS,
          memory: without(NO_OBJECTS, undefined),
          opened: NO_FUNCTIONS,
        },
        bad => createRamdisk(bad),
      ),
    ],
    'Ramdisk.listen': () => listeners(store),
    'Nullio.listen': () => listeners(nullio),
    openBlock: () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => openBlock(bad)),
      ...eachChanged(
        { name: 'a', path: '/nowhere/a', lanes },
        {
          name: NO_TEXTS,
          path: NO_PATHS,
          lanes: NO_OBJECTS,
          direct: NO_FLAGS,
          writeBack: NO_FLAGS,
          exclusive: NO_FLAGS,
          readOnly: NO_FLAGS,
          flushFailure: [null, 1, 'text', []],
          thereIsNoSuchOption: [1],
        },
        bad => openBlock(bad),
      ),
    ],
    openPscsi: () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => openPscsi(bad)),
      ...eachChanged(
        { name: 'a', path: '/nowhere/a', lanes },
        {
          name: NO_TEXTS,
          path: NO_PATHS,
          lanes: NO_OBJECTS,
          exclusive: NO_FLAGS,
          readOnly: NO_FLAGS,
          thereIsNoSuchOption: [1],
        },
        bad => openPscsi(bad),
      ),
    ],
    openFileio: () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => openFileio(bad)),
      ...eachChanged(
        { name: 'a', path: '/nowhere/a', writeBack: true, lanes },
        {
          name: NO_TEXTS,
          path: NO_PATHS,
          sizeBytes: ['1', 1n, true, {}, null],
          writeBack: [undefined, ...NO_FLAGS],
          lanes: NO_OBJECTS,
          create: NO_FLAGS,
          readOnly: NO_FLAGS,
          unlocked: NO_FLAGS,
          inPlace: NO_FLAGS,
          flushFailure: [null, 1, 'text', []],
          opened: NO_FUNCTIONS,
          thereIsNoSuchOption: [1],
        },
        bad => openFileio(bad),
      ),
    ],

    'new Layer': () => eachBad(NO_STORES, bad => new Plain(bad)),
    'Layer.listen': () => listeners(new Plain(store)),
    openVerified: () => [
      ...eachBad(NO_STORES, bad => openVerified(bad, VERIFY)),
      ...eachBad([undefined, null, 1, 'text', [], {}], bad => openVerified(store, bad)),
      ...eachChanged(
        VERIFY,
        {
          sidecar: [undefined, null, 1, {}],
          slab: [undefined, null, {}],
          blockBytes: [undefined, 0, 513, '512'],
          identity: [undefined, '', 1, 'x'.repeat(257)],
        },
        bad => openVerified(store, bad),
      ),
    ],
    'new DelayLayer': () => [
      ...eachBad(NO_STORES, bad => new DelayLayer(bad)),
      ...eachBad([null, 1, [], {}], bad => new DelayLayer(store, bad)),
      ...eachBad(NO_FUNCTIONS, bad => new DelayLayer(store, undefined, bad)),
    ],
    'DelayLayer.listen': () => listeners(delay),
    'DelayLayer.hold': () => [
      ...eachBad(NO_OPTIONS, bad => delay.hold(bad)),
      ...eachBadOption('operations', NO_OPERATIONS, bad => delay.hold(bad)),
      ...eachBadOption('delayMs', [...NO_WHOLE_NUMBERS, 2 ** 31], bad => delay.hold(bad)),
    ],
    'DelayLayer.release': () => eachBad(NOT_GIVEN, bad => delay.release(bad)),
    'new LimitLayer': () => [
      ...eachBad(NO_STORES, bad => new LimitLayer(bad)),
      ...eachBad([null, 1, [], {}], bad => new LimitLayer(store, bad)),
    ],
    'new LogLayer': () => [
      ...eachBad(NO_STORES, bad => new LogLayer(bad)),
      ...eachBad([null, 1, [], {}], bad => new LogLayer(store, bad)),
    ],
    'LogLayer.listen': () => listeners(log),
    'LogLayer.log': () => [
      ...eachBad([null, 1, 'text', [], {}], bad => log.log(bad)),
      ...eachChanged(
        { outcomes: 'all', tell: () => {} },
        { outcomes: [undefined, 1, 'some'], tell: [undefined, null, 1] },
        bad => log.log(bad),
      ),
    ],
    'LimitLayer.listen': () => listeners(limit),
    'LimitLayer.limit': () => [
      ...eachBad([null, 1, 'text', []], bad => limit.limit(bad)),
      ...eachChanged(
        {},
        {
          operations: [...without(NO_WHOLE_NUMBERS, undefined), 0],
          bytes: [...without(NO_WHOLE_NUMBERS, undefined), 0],
          perSource: [null, 1, 'text', { operations: 0 }, { bytes: '1' }, { thereIsNoSuchRate: 1 }],
          burstMs: [...without(NO_WHOLE_NUMBERS, undefined), 0, 60_001],
          thereIsNoSuchOption: [1],
        },
        bad => limit.limit(bad),
      ),
    ],
    'new LayerStack': () => eachBad(NO_STORES, bad => new LayerStack(bad)),
    'LayerStack.listen': () => listeners(stack),
    'LayerStack.configure': () => [
      ...eachBad([undefined, null, 1, 'text', []], bad => stack.configure(bad)),
      ...eachChanged(
        {},
        {
          log: [null, 1, 'text', {}, { outcomes: 'all' }],
          limit: [null, 1, 'text', { operations: 0 }],
          delay: [null, 1, 'text', { delayMs: -1 }],
          fail: [null, 1, 'text', {}, { fault: 'nope' }],
          thereIsNoSuchLayer: [1],
        },
        bad => stack.configure(bad),
      ),
    ],
    'new ReadOnlyLayer': () => eachBad(NO_STORES, bad => new ReadOnlyLayer(bad)),
    'ReadOnlyLayer.listen': () => listeners(readOnly),
    'new FailLayer': () => [
      ...eachBad(NO_STORES, bad => new FailLayer(bad)),
      ...eachBad(NO_FUNCTIONS, bad => new FailLayer(store, bad)),
    ],
    'FailLayer.listen': () => listeners(fail),
    'FailLayer.fail': () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => fail.fail(bad)),
      ...eachChanged(
        { fault: 'io' },
        {
          fault: [...NO_TEXTS, 'thereIsNoSuchFault'],
          operations: NO_OPERATIONS,
          offset: NOT_GIVEN,
          lengthBytes: NOT_GIVEN,
          after: NOT_GIVEN,
          times: NOT_GIVEN,
          probability: [null, NaN, -0.1, 1.1, '1', 1n],
        },
        bad => fail.fail(bad),
      ),
    ],
    'new RamMemory': () => eachBad([...NO_WHOLE_NUMBERS, 0, MIB - 1], bad => new RamMemory(bad)),
    'RamMemory.hasRoom': () => eachBad(NO_WHOLE_NUMBERS, bad => memory.hasRoom(bad)),
    'RamMemory.giveBack': () => eachBad(NO_OBJECTS, bad => memory.giveBack(bad)),

    dropPages: () => [
      ...eachBad([...NO_OBJECTS, new ArrayBuffer(8), new Uint8Array(8)], bad => dropPages(bad, 0, 0)),
      ...eachBad([...NO_WHOLE_NUMBERS, slab.sizeBytes + 1], bad => dropPages(slab.memory, bad, 0)),
      ...eachBad([...NO_WHOLE_NUMBERS, slab.sizeBytes + 1], bad => dropPages(slab.memory, 0, bad)),
      ...eachBad([slab.sizeBytes], bad => dropPages(slab.memory, 4096, bad)),
    ],
    fileOrigin: () => eachBad(NO_PATHS, bad => fileOrigin(bad)),
    lookAtDevice: () => eachBad(NO_PATHS, bad => lookAtDevice(bad)),
    lookAtScsiDevice: () => eachBad(NO_PATHS, bad => lookAtScsiDevice(bad)),
    deviceOrigin: () => eachBad(NO_PATHS, bad => deviceOrigin(bad)),
    scsiOrigin: () => eachBad(NO_PATHS, bad => scsiOrigin(bad)),
    duplicateDescriptor: () => eachBad([...NO_WHOLE_NUMBERS, 2 ** 31], bad => duplicateDescriptor(bad)),
    peerCredentials: () => eachBad([...NO_WHOLE_NUMBERS, 2 ** 31], bad => peerCredentials(bad)),
    sendDatagram: () => [
      ...eachBad([...NO_TEXTS, '', 'a\0b', '@', 'a'.repeat(108)], bad => sendDatagram(bad, 'text')),
      ...eachBad(without(NO_TEXTS, ''), bad => sendDatagram('/run/nobody', bad)),
    ],
    takeExclusiveFile: () => eachBad(NO_PATHS, bad => takeExclusiveFile(bad)),
    machineId: () => [
      ...eachBad([null, 1, 'text', [], {}], bad => machineId(bad)),
      ...eachBadOption('readText', NO_FUNCTIONS, bad => machineId(bad)),
    ],
    'Ramdisk.resize': () => eachBad(NO_SIZES, bad => store.resize(bad)),
    'Nullio.resize': () => eachBad(NO_SIZES, bad => nullio.resize(bad)),
    'Layer.resize': () => eachBad(NO_SIZES, bad => new Plain(store).resize(bad)),
    'DelayLayer.resize': () => eachBad(NO_SIZES, bad => delay.resize(bad)),
    'FailLayer.resize': () => eachBad(NO_SIZES, bad => fail.resize(bad)),
    'LimitLayer.resize': () => eachBad(NO_SIZES, bad => limit.resize(bad)),
    'LogLayer.resize': () => eachBad(NO_SIZES, bad => log.resize(bad)),
    'LayerStack.resize': () => eachBad(NO_SIZES, bad => stack.resize(bad)),
    'ReadOnlyLayer.resize': () => eachBad(NO_SIZES, bad => readOnly.resize(bad)),
    thisMachine: () => [
      ...eachBad([null, 1, 'text', [], {}], bad => thisMachine(bad)),
      ...eachChanged(
        { readText: () => '', hostname: () => '' },
        { readText: [undefined, ...NO_FUNCTIONS], hostname: [undefined, ...NO_FUNCTIONS] },
        bad => thisMachine(bad),
      ),
    ],
  },
  untried: {
    inAnotherTable: ['new StoreListeners', 'StoreListeners.add', 'StoreListeners.tell'],
    noArguments: [
      ...['Layer.close', 'DelayLayer.close', 'FailLayer.close', 'FailLayer.heal', 'Ramdisk.close', 'Nullio.close'],
      ...['DelayLayer.checkSize', 'FailLayer.checkSize', 'Layer.checkSize', 'Ramdisk.checkSize', 'Nullio.checkSize'],
      ...['ReadOnlyLayer', 'LimitLayer', 'LogLayer', 'LayerStack'].flatMap(name =>
        ['close', 'checkSize', 'clearFault'].map(method => `${name}.${method}`),
      ),
      ...['Layer', 'DelayLayer', 'FailLayer', 'Ramdisk', 'Nullio'].map(name => `${name}.clearFault`),
      ...['RamMemory.take', 'Lanes.poll', 'ignoreRealTimeSignals', 'trimHeap'],
    ],
    perCommand: [
      ...['new StoreRequest', 'Ramdisk.submit', 'Nullio.submit', 'Layer.hurry'],
      ...['ReadOnlyLayer', 'LimitLayer', 'LogLayer', 'LayerStack', 'DelayLayer', 'FailLayer'].flatMap(name =>
        ['submit', 'hurry'].map(method => `${name}.${method}`),
      ),
    ],
    // They are protected.
    insideOfPackages: ['Ramdisk', 'Nullio'].flatMap(name => [`${name}.perform`, `${name}.drop`]),
    calledBack: [
      ...[
        'DelayLayer.returned',
        'LimitLayer.returned',
        'LogLayer.returned',
        'Lanes.choose',
        'Lanes.detached',
        'Lanes.laneDied',
        'Lanes.laneStuck',
      ],
      ...['Lanes.laneReturned', 'Lanes.laneServes', 'Lanes.laneUnplaced', 'Lanes.moved'],
      ...['Lanes.streamOf', 'Lanes.begin', 'Lanes.directStuck', 'Lanes.directReturned'],
    ],
  },
  state: () => [store.sizeBytes, nullio.sizeBytes, delay.held, fail.failures, memory.usedBytes, lanes.isHealthy],
})
