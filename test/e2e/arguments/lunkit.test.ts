import * as lunkit from 'lunkit'
import {
  block,
  createTarget,
  DiskServer,
  derivedSerial,
  derivedSuffix,
  duplicateDescriptor,
  fileio,
  layered,
  lookAtDevice,
  lookAtScsiDevice,
  lunUrl,
  machineId,
  openAccess,
  peerCredentials,
  pscsi,
  ramdisk,
  sendDatagram,
  takeExclusiveFile,
  verified,
  writeProtected,
} from 'lunkit'
import { afterAll, beforeAll } from 'vitest'
import { describeArguments } from './argument-tests.ts'
import {
  type BadCall,
  eachBad,
  eachBadOption,
  eachChanged,
  eachLacking,
  NO_ADDRESSES,
  NO_FLAGS,
  NO_FUNCTIONS,
  NO_ISCSI_NAMES,
  NO_OBJECTS,
  NO_OPTIONS,
  NO_REDIRECTIONS,
  NO_TEXTS,
  NO_WHOLE_NUMBERS,
  without,
} from './bad-values.ts'

const MIB = 1024 * 1024
const NAME = 'iqn.2026-11.io.lunkit:arguments'
const PORT_0 = { host: '127.0.0.1', port: 0 }
const served = {
  server: new DiskServer(),
  disk: undefined as unknown as lunkit.Disk,
  strange: undefined as unknown as lunkit.Disk,
}
const other = new DiskServer()
const target = { it: undefined as unknown as lunkit.LunkitTarget }

beforeAll(async () => {
  served.disk = await served.server.open(ramdisk({ sizeBytes: MIB }))
  served.strange = await other.open(ramdisk({ sizeBytes: MIB }))
  target.it = await createTarget({ name: 'iqn.2026-11.com.example:given', luns: [ramdisk({ sizeBytes: MIB })] })
})
afterAll(() => Promise.all([served.server.close(), other.close(), target.it.close()]))

const DISK = ramdisk({ sizeBytes: MIB })
/** None is what can be served. */
const NO_DISKS: readonly unknown[] = [
  ...[...NO_OBJECTS, { open: 1, unit: 1 }],
  ...eachLacking({ open: () => undefined, unit: () => undefined }),
]
const NO_LISTS: readonly unknown[] = [null, 1, 'text', {}]

/** None is what a login may have to prove. */
const NO_PROOFS: readonly unknown[] = [
  ...[null, 1, 'text', [], {}],
  { authenticationRequired: 1 },
  { authenticationRequired: true, credentials: {} },
]

const SERVER: Readonly<Record<string, readonly unknown[]>> = {
  transferMemoryBytes: [...without(NO_WHOLE_NUMBERS, undefined), 0],
  lanes: [...without(NO_WHOLE_NUMBERS, undefined), 0, 1025],
  laneCpus: [null, 1, 'text', {}, [-1], [0.5], ['1'], [8192]],
  lanePlacement: [null, 1, 'text', [], { 'fileio/a': 2 }, { 'fileio/a': '0' }, { 'fileio/a': -1 }],
  pollUs: without(NO_WHOLE_NUMBERS, undefined),
  limits: [null, 1, [], { connections: NaN }, { connections: '8' }, { thereIsNoSuchLimit: 1 }],
  discovery: NO_PROOFS,
  ...{ listener: NO_FUNCTIONS, laneListener: NO_FUNCTIONS, diskListener: NO_FUNCTIONS, onBug: NO_FUNCTIONS },
  poison: NO_FLAGS,
  timers: [null, 1, 'text', [], {}, { after: 1 }],
  thereIsNoSuchOption: [1],
}

const badLuns = (): unknown[] => {
  const { disk, strange } = served
  return [
    ...NO_LISTS,
    [
      { lun: 0, disk },
      { lun: 0, disk },
    ],
    ...[...NO_OBJECTS, ...[...NO_WHOLE_NUMBERS, 16_384].map(lun => ({ lun, disk }))].map(each => [each]),
    ...[...NO_OBJECTS, strange, { ...disk }].map(each => [{ lun: 0, disk: each }]),
    ...NO_FLAGS.map(writeProtected => [{ lun: 0, disk, writeProtected }]),
    [{ lun: 0, disk, thereIsNoSuchOption: 1 }],
  ]
}

const badGroups = (call: (group: never) => unknown): BadCall[] =>
  eachChanged(
    { tag: 1, portals: [PORT_0], access: openAccess, luns: [{ lun: 0, disk: served.disk }] },
    {
      tag: [...NO_WHOLE_NUMBERS, 65_536],
      portals: [undefined, ...NO_LISTS, ...NO_ADDRESSES.map(each => [each])],
      access: [undefined, ...NO_FUNCTIONS],
      luns: [undefined, ...badLuns()],
      lunsOf: [null, 1, {}, [], new Map([[1, []]]), ...badLuns().map(luns => new Map([[NAME, luns]]))],
      parameters: [null, 1, [], { NoKey: 1 }, { MaxBurstLength: 1 }, { InitialR2T: 'Yes' }],
      demoModeDiscovery: NO_FLAGS,
      loginKeysWorkaround: NO_FLAGS,
      loginTimeMs: [...without(NO_WHOLE_NUMBERS, undefined), 0],
      redirections: NO_REDIRECTIONS,
      thereIsNoSuchOption: [1],
    },
    call,
  )

const DISK_OPTIONS: Readonly<Record<string, readonly unknown[]>> = {
  name: without(NO_TEXTS, undefined),
  attributes: [null, 1, 'text', []],
  identity: [null, 1, 'text', []],
  readOnly: NO_FLAGS,
  thereIsNoSuchOption: [1],
}
const NO_PATHS = [...NO_TEXTS, 'a\0b']
const FILE_OPTIONS = { ...DISK_OPTIONS, path: NO_PATHS, flushFailure: [null, 1, 'text', []], writeBack: NO_FLAGS }

/** Where a step is, and what of it may be wrong. */
const OF_GROUP = { target: NO_ISCSI_NAMES, tag: [...NO_WHOLE_NUMBERS, 65_536] }
const OF_LUN = { ...OF_GROUP, initiator: without(NO_ISCSI_NAMES, undefined), lun: [...NO_WHOLE_NUMBERS, 16_384] }
const SETTINGS = [undefined, null, 1, [], { thereIsNoSuchSetting: 1 }, { policy: 1 }, { parameters: { NoKey: 1 } }]
const LUN_STEP = { target: NAME, tag: 1, initiator: NAME, lun: 0 }

const badSteps = (call: (step: never) => unknown): BadCall[] => [
  ...eachChanged(
    { kind: 'openDisk', disk: 'a', storage: DISK },
    { disk: NO_TEXTS, storage: NO_DISKS, target: without(NO_TEXTS, undefined), lun: [1] },
    call,
  ),
  ...eachChanged({ kind: 'replaceDisk', disk: 'a', replaces: 'b', storage: DISK }, { replaces: NO_TEXTS }, call),
  ...eachChanged(
    { kind: 'changeDisk', disk: 'a', storage: DISK },
    { disk: NO_TEXTS, storage: NO_DISKS, resize: [null, 1, [], { to: 1 }, { from: '1' }, { by: 512 }] },
    call,
  ),
  ...eachChanged(
    { kind: 'changeServer', limits: {}, pollUs: 0, discovery: { authenticationRequired: false } },
    {
      limits: [undefined, null, 1, [], { connections: NaN }, { thereIsNoSuchLimit: 1 }],
      pollUs: NO_WHOLE_NUMBERS,
      lanePlacement: [null, 1, 'text', [], { 'fileio/a': 1024 }, { 'fileio/a': '0' }],
      discovery: [undefined, ...NO_PROOFS],
    },
    call,
  ),
  ...['closeDisk', 'clearFault'].flatMap(kind => eachChanged({ kind, disk: 'a' }, { disk: NO_TEXTS }, call)),
  ...eachChanged(
    { kind: 'addTarget', target: NAME },
    { target: NO_ISCSI_NAMES, alias: [null, 1, {}, 'two\nlines'], disabledGroups: [...NO_LISTS, [null], [{}]] },
    call,
  ),
  ...eachChanged(
    { tag: 1, portals: [PORT_0] },
    {
      tag: NO_WHOLE_NUMBERS,
      portals: [undefined, ...NO_LISTS, ...NO_ADDRESSES.map(each => [each])],
      listed: NO_FLAGS,
      toldTo: [...NO_LISTS, [1]],
    },
    bad => call({ kind: 'changeTarget', target: NAME, disabledGroups: [bad] } as never),
  ),
  ...eachChanged({ kind: 'addGroup', target: NAME, tag: 1, settings: {} }, { ...OF_GROUP, settings: SETTINGS }, call),
  ...eachChanged(
    { kind: 'openPortal', target: NAME, tag: 1, portal: PORT_0 },
    { ...OF_GROUP, portal: NO_ADDRESSES },
    call,
  ),
  ...eachChanged(
    { kind: 'addAcl', target: NAME, tag: 1, initiator: NAME },
    { ...OF_GROUP, initiator: NO_ISCSI_NAMES, access: [null, 1, [], { commandDepth: 'many' }] },
    call,
  ),
  ...eachChanged(
    { kind: 'mapLun', ...LUN_STEP, disk: 'a' },
    { ...OF_LUN, disk: NO_TEXTS, writeProtected: NO_FLAGS },
    call,
  ),
  ...eachChanged({ kind: 'unmapLun', ...LUN_STEP }, OF_LUN, call),
]

/** They are those of a ServedTarget. */
const ofEachTarget = 'addLun removeLun resizeLun allow forbid openToAll openPortal closePortal remove url'
  .split(' ')
  .map(name => `LunkitTarget.${name}`)

const NEW_TARGET: Readonly<Record<string, readonly unknown[]>> = {
  luns: [undefined, ...NO_LISTS, [], ...NO_DISKS.map(each => [each])],
  name: without(NO_ISCSI_NAMES, undefined),
  alias: [null, 1, {}],
  portal: without(NO_ADDRESSES, undefined),
  initiators: [...NO_LISTS, ...NO_ISCSI_NAMES.map(each => [each])],
  parameters: [null, 1, [], { NoKey: 1 }, { MaxBurstLength: 1 }, { InitialR2T: 'Yes' }],
  thereIsNoSuchOption: [1],
}

describeArguments('lunkit', {
  door: lunkit,
  returned: () => ({ Storage: DISK, ServedTree: served.server.tree }),
  calls: {
    createTarget: () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => createTarget(bad)),
      ...eachChanged({ luns: [DISK] }, { ...SERVER, ...NEW_TARGET }, bad => createTarget(bad)),
    ],
    'ServedTarget.url': () => eachBad([...without(NO_WHOLE_NUMBERS, undefined), 1], bad => target.it.url(bad)),
    'ServedTarget.addLun': () => [
      ...eachBad(NO_DISKS, bad => target.it.addLun(bad)),
      ...eachChanged(
        {},
        {
          lun: [...without(NO_WHOLE_NUMBERS, undefined), 16_384, 0],
          writeProtected: NO_FLAGS,
          thereIsNoSuchOption: [1],
        },
        bad => target.it.addLun(DISK, bad),
      ),
    ],
    'ServedTarget.removeLun': () => eachBad([...NO_WHOLE_NUMBERS, 1], bad => target.it.removeLun(bad)),
    'ServedTarget.resizeLun': () => [
      ...eachBad([...NO_WHOLE_NUMBERS, 1], bad => target.it.resizeLun(bad, MIB)),
      ...eachBad([...without(NO_WHOLE_NUMBERS, undefined), 511], bad => target.it.resizeLun(0, bad)),
    ],
    'ServedTarget.allow': () => eachBad(NO_ISCSI_NAMES, bad => target.it.allow(bad)),
    'ServedTarget.forbid': () => eachBad([...NO_ISCSI_NAMES, NAME], bad => target.it.forbid(bad)),
    'ServedTarget.openToAll': () => eachBad([undefined, ...NO_FLAGS], bad => target.it.openToAll(bad)),
    'ServedTarget.openPortal': () => eachBad(NO_ADDRESSES, bad => target.it.openPortal(bad)),
    'ServedTarget.closePortal': () =>
      eachBad([...NO_ADDRESSES, { host: '127.0.0.9', port: 1 }], bad => target.it.closePortal(bad)),
    'DiskServer.addTarget': () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => served.server.addTarget(bad)),
      ...eachChanged({ luns: [DISK] }, NEW_TARGET, bad => served.server.addTarget(bad)),
    ],
    'DiskServer.target': () => [
      ...eachBad(NO_ISCSI_NAMES, bad => served.server.target(bad)),
      ...eachBad([...without(NO_WHOLE_NUMBERS, undefined), 65_536], bad => served.server.target(NAME, bad)),
    ],
    'new DiskServer': () => [
      ...eachBad(NO_OPTIONS, bad => new DiskServer(bad)),
      ...eachChanged({}, SERVER, bad => new DiskServer(bad)),
    ],
    'DiskServer.open': () => [
      ...eachBad(NO_DISKS, bad => served.server.open(bad)),
      ...eachBad(without(NO_TEXTS, undefined), bad => served.server.open(DISK, bad)),
      ...eachBad(without(NO_TEXTS, undefined), bad => served.server.open(DISK, 'disk', bad)),
    ],
    'ServedTree.apply': () => [
      ...eachBad([...NO_LISTS, [1], [{}], [{ kind: 'openDoor' }]], bad => served.server.tree.apply(bad)),
      ...badSteps(bad => served.server.tree.apply([bad])),
      ...eachBad([null, 1, 'text', [], { leaveOut: 1 }, { signal: {} }], bad => served.server.tree.apply([], bad)),
    ],
    'ServedTree.disk': () => eachBad(NO_TEXTS, bad => served.server.tree.disk(bad)),
    'DiskServer.serve': () => [
      ...eachBad(NO_OBJECTS, bad => served.server.serve(bad)),
      ...eachChanged(
        { name: NAME, portalGroups: [] },
        {
          name: NO_ISCSI_NAMES,
          alias: [...without(NO_TEXTS, undefined, ''), 'a'.repeat(8193), 'ä'.repeat(4097), 'a\nb'],
          portalGroups: [undefined, ...NO_LISTS, ...NO_OBJECTS.map(each => [each])],
          thereIsNoSuchOption: [1],
        },
        bad => served.server.serve({ name: NAME, portalGroups: [] }, bad),
      ),
      ...badGroups(bad => served.server.serve({ name: NAME, portalGroups: [bad] })),
    ],
    'DiskServer.keepOut': () => eachBad([undefined, ...NO_FUNCTIONS], bad => served.server.keepOut(bad)),
    'DiskServer.drainSessions': () => [
      ...eachBad([undefined, ...NO_FUNCTIONS], bad => served.server.drainSessions(bad, { graceMs: 0 })),
      ...eachBad([undefined, null, 1, {}, { graceMs: -1 }], bad => served.server.drainSessions(() => false, bad)),
      ...eachBadOption('comeBackAfterSeconds', [-1, 65_536, 1.5, '1'], bad =>
        served.server.drainSessions(() => false, { graceMs: 0, ...(bad as object) }),
      ),
    ],
    'DiskServer.endSessions': () => eachBad([undefined, ...NO_FUNCTIONS], bad => served.server.endSessions(bad)),
    'DiskServer.trace': () => [
      ...eachBad([undefined, ...NO_OPTIONS], bad => served.server.trace(bad, () => {})),
      ...eachBadOption('dataBytes', [undefined, ...NO_WHOLE_NUMBERS], bad => served.server.trace(bad, () => {})),
      ...eachBad([undefined, ...NO_FUNCTIONS], bad => served.server.trace({ dataBytes: 0 }, bad)),
      ...eachBad(NO_FUNCTIONS, bad => served.server.trace({ dataBytes: 0, hasParameters: bad }, () => {})),
    ],
    'DiskServer.addressOf': () => eachBad(NO_ADDRESSES, bad => served.server.addressOf(bad)),
    'DiskServer.portalGroupAt': () => [
      ...eachBad(NO_ISCSI_NAMES, bad => served.server.portalGroupAt(bad, PORT_0)),
      ...eachBad(NO_ADDRESSES, bad => served.server.portalGroupAt(NAME, bad)),
    ],
    ramdisk: () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => ramdisk(bad)),
      ...eachChanged({ sizeBytes: MIB }, { ...DISK_OPTIONS, sizeBytes: NO_WHOLE_NUMBERS, nullio: NO_FLAGS }, bad =>
        ramdisk(bad),
      ),
    ],
    fileio: () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => fileio(bad)),
      ...eachChanged(
        { path: '/a' },
        { ...FILE_OPTIONS, sizeBytes: without(NO_WHOLE_NUMBERS, undefined), create: NO_FLAGS },
        bad => fileio(bad),
      ),
      ...eachBad([{ path: '/a', readOnly: true, create: true }], bad => fileio(bad)),
    ],
    layered: () => [
      ...eachBad(NO_DISKS, bad => layered(bad, {})),
      ...eachBad([undefined, null, 1, 'text', []], bad => layered(DISK, bad)),
    ],
    verified: () => eachBad(NO_DISKS, bad => verified(bad, { path: '/a', identity: 'a' })),
    writeProtected: () => eachBad(NO_DISKS, bad => writeProtected(bad)),
    block: () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => block(bad)),
      ...eachChanged({ path: '/a' }, { ...FILE_OPTIONS, direct: NO_FLAGS, exclusive: NO_FLAGS }, bad => block(bad)),
    ],
    pscsi: () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => pscsi(bad)),
      ...eachChanged(
        { path: '/a' },
        { ...DISK_OPTIONS, path: NO_PATHS, exclusive: NO_FLAGS, thereIsNoSuchOption: [1] },
        bad => pscsi(bad),
      ),
    ],
    'Storage.open': () =>
      [DISK, fileio({ path: '/a' }), block({ path: '/a' }), pscsi({ path: '/a' })].flatMap(storage => [
        ...eachBad([undefined, ...NO_OPTIONS, {}], bad => storage.open(bad)),
        ...eachChanged(
          { name: 'a', lanes: () => undefined },
          { name: NO_TEXTS, lanes: [undefined, ...NO_FUNCTIONS], opened: NO_FUNCTIONS, thereIsNoSuchOption: [1] },
          bad => storage.open(bad),
        ),
      ]),
    lunUrl: () => [
      ...eachBad(
        [undefined, null, 1, {}, ...[...NO_TEXTS, 'a b', 'a/b', '[::1]'].map(host => ({ host, port: 3260 }))],
        bad => lunUrl(bad, NAME, 0),
      ),
      ...eachBad([...NO_WHOLE_NUMBERS, 0, 65_536], port => lunUrl({ host: '127.0.0.1', port }, NAME, 0)),
      ...eachBad(NO_ISCSI_NAMES, bad => lunUrl({ host: '127.0.0.1', port: 3260 }, bad, 0)),
      ...eachBad([...NO_WHOLE_NUMBERS, 16_384], bad => lunUrl({ host: '127.0.0.1', port: 3260 }, NAME, bad)),
    ],
    derivedSerial: () => [
      ...eachBad([undefined, null, 1, 'text', {}, [1], [undefined]], bad => derivedSerial(bad)),
      ...eachBad(without(NO_TEXTS, undefined), bad => derivedSerial(['a'], bad)),
    ],
    derivedSuffix: () => [
      ...eachBad([undefined, null, 1, 'text', {}, [1], [undefined]], bad => derivedSuffix(bad)),
      ...eachBad(without(NO_TEXTS, undefined), bad => derivedSuffix(['a'], bad)),
    ],
    machineId: () => [
      ...eachBad([null, 1, 'text', [], {}], bad => machineId(bad)),
      ...eachBadOption('readText', NO_FUNCTIONS, bad => machineId(bad)),
    ],
    lookAtDevice: () => eachBad([...NO_TEXTS, 'a\0b'], bad => lookAtDevice(bad)),
    lookAtScsiDevice: () => eachBad([...NO_TEXTS, 'a\0b'], bad => lookAtScsiDevice(bad)),
    duplicateDescriptor: () => eachBad([...NO_WHOLE_NUMBERS, 2 ** 31], bad => duplicateDescriptor(bad)),
    peerCredentials: () => eachBad([...NO_WHOLE_NUMBERS, 2 ** 31], bad => peerCredentials(bad)),
    sendDatagram: () => [
      ...eachBad([...NO_TEXTS, '', 'a\0b', '@', 'a'.repeat(108)], bad => sendDatagram(bad, 'text')),
      ...eachBad(without(NO_TEXTS, ''), bad => sendDatagram('/run/nobody', bad)),
    ],
    takeExclusiveFile: () => eachBad([...NO_TEXTS, 'a\0b'], bad => takeExclusiveFile(bad)),
  },
  untried: {
    noArguments: [
      'ChapSecret.toJSON',
      'DiskServer.close',
      'LunkitTarget.close',
      'ServedTarget.remove',
      'ServedTree.close',
      'Storage.makeSerial',
      'ignoreRealTimeSignals',
      'trimHeap',
    ],
    insideOfPackages: [
      'new LunkitTarget',
      'new ServedTarget',
      'DiskServer.openingOf',
      'DiskServer.change',
      'openAccess',
      'Storage.unit',
    ],
    inAnotherTable: [
      ...ofEachTarget,
      ...['connect', 'discover', 'keepConnected', 'nodeAccess', 'openBlockDevice', 'new ChapSecret'],
    ],
  },
  state: () => [[...served.server.disks], served.server.addressOf(PORT_0)],
})
