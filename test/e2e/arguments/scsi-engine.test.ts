import { createRamdisk } from '@lunkit/backstores'
import { TestUnitReady } from '@lunkit/scsi'
import * as engine from '@lunkit/scsi-engine'
import { Access, CommandSet, command, Order, TargetDevice, UnitIdentities } from '@lunkit/scsi-engine'
import { Slab } from '@lunkit/wire'
import { describeArguments } from './argument-tests.ts'
import {
  type BadCall,
  eachBad,
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
const TARGET = 'iqn.2026-11.io.lunkit:arguments'
const slab = new Slab({ sizeBytes: MIB })
const disk = (name: string) => createRamdisk({ name, sizeBytes: MIB })
const device = new TargetDevice({ slab })
const likeAStore = {
  ...{ plugin: 'a', name: 'a', sizeBytes: 512, features: {} },
  ...{ submit: () => true, listen: () => undefined, close: () => undefined },
}
const unit = device.addUnit(disk('a'))
const strange = new TargetDevice({ slab }).addUnit(disk('b'))
const group = device.portGroup({ targetName: TARGET, tag: 1, relativePortId: 1 })
const NEXUS = { initiatorName: 'iqn.2026-11.io.lunkit:host', isid: 1, targetName: TARGET, targetPortalGroupTag: 1 }
const nexus = group.open(NEXUS, {})
const identities = new UnitIdentities()
const given = without(NO_WHOLE_NUMBERS, undefined)

const badIdentities = (call: (identity: never) => unknown): BadCall[] =>
  eachChanged(
    { vendor: 'V', product: 'P', revision: '1', serial: 'S', companyId: 1 },
    {
      vendor: [...without(NO_TEXTS, undefined), 'ninechars', 'ä'],
      product: [...without(NO_TEXTS, undefined, ''), 'x'.repeat(17)],
      revision: [...without(NO_TEXTS, undefined, ''), '12345'],
      serial: [...without(NO_TEXTS, undefined), ' ', 'x'.repeat(254), 'ä'],
      companyId: [...given, 2 ** 24],
      thereIsNoSuchOption: [1],
    },
    call,
  )

const ROW = { cdb: TestUnitReady, data: 'none', access: Access.read, order: Order.free, run: () => undefined } as const
const badRows = (call: (row: never) => unknown): BadCall[] => [
  ...eachBad(NO_OBJECTS, call),
  ...eachChanged(
    ROW,
    {
      cdb: NO_OBJECTS,
      data: [...NO_TEXTS, 'both'],
      access: [...NO_TEXTS, 'none'],
      order: [...NO_TEXTS, 'none'],
      run: [undefined, ...NO_FUNCTIONS],
      attention: without([...NO_TEXTS, 'none'], undefined),
      hasData: NO_FUNCTIONS,
      when: NO_FUNCTIONS,
      range: NO_FUNCTIONS,
      runsContrary: NO_FLAGS,
      whileNotReady: NO_FLAGS,
      thereIsNoSuchOption: [1],
    },
    call,
  ),
]

describeArguments('@lunkit/scsi-engine', {
  door: engine,
  returned: () => ({ PortGroup: group, LogicalUnit: unit, Nexus: nexus }),
  calls: {
    'new TargetDevice': () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => new TargetDevice(bad)),
      ...eachChanged(
        { slab },
        {
          slab: NO_OBJECTS,
          onBug: NO_FUNCTIONS,
          timers: without(NO_OBJECTS, undefined),
          identities: without(NO_OBJECTS, undefined),
          statistics: [...without(NO_OBJECTS, undefined), { units: {}, nexuses: {}, clock: {} }],
          thereIsNoSuchOption: [1],
        },
        bad => new TargetDevice(bad),
      ),
    ],
    'TargetDevice.addUnit': () => [
      ...eachBad([...NO_OBJECTS, { submit: 1 }, ...eachLacking(likeAStore)], bad => device.addUnit(bad)),
      ...eachBad(NO_OPTIONS, bad => device.addUnit(disk('c'), bad)),
      ...eachChanged(
        {},
        {
          attributes: [
            null,
            1,
            'text',
            [],
            { blockSizeBytes: '512' },
            { blockSizeBytes: 513 },
            { queueDepth: NaN },
            { no: 1 },
          ],
          identity: [null, 1, 'text', []],
          title: without(NO_TEXTS, undefined),
          listener: NO_FUNCTIONS,
        },
        bad => device.addUnit(disk('c'), bad),
      ),
      ...badIdentities(identity => device.addUnit(disk('c'), { identity })),
    ],
    'TargetDevice.removeUnit': () => eachBad([...NO_OBJECTS, strange], bad => device.removeUnit(bad)),
    'TargetDevice.changeAttributes': () => [
      ...eachBad([...NO_OBJECTS, strange], bad => device.changeAttributes(bad, {})),
      ...eachBad(
        [undefined, null, 1, 'text', { blockSizeBytes: 4096 }, { queueDepth: NaN }, { isNonrot: 1 }, { no: 1 }],
        bad => device.changeAttributes(unit, bad),
      ),
    ],
    'TargetDevice.taskSetOf': () => eachBad([...NO_OBJECTS, strange], bad => device.taskSetOf(bad)),
    'TargetDevice.portGroup': () => [
      ...eachBad([...NO_OBJECTS, { targetName: TARGET, tag: 1, relativePortId: 1 }], bad => device.portGroup(bad)),
      ...eachChanged(
        { targetName: TARGET, tag: 1, relativePortId: 2 },
        { targetName: NO_TEXTS, tag: [...NO_WHOLE_NUMBERS, 65_536], relativePortId: [...NO_WHOLE_NUMBERS, 0, 65_536] },
        bad => device.portGroup(bad),
      ),
    ],
    'TargetDevice.removePortGroup': () => eachBad(NO_OBJECTS, bad => device.removePortGroup(bad)),
    'PortGroup.mapLuns': () => [
      ...eachBad(without(NO_TEXTS, undefined), bad => group.mapLuns(bad, [])),
      ...eachBad([null, 1, 'text', {}, ...NO_OBJECTS.map(each => [each])], bad => group.mapLuns(undefined, bad)),
      ...eachBad([...NO_WHOLE_NUMBERS, 16_384], lun => group.mapLuns(undefined, [{ lun, unit }])),
      ...eachBad([...NO_OBJECTS, strange], bad => group.mapLuns(undefined, [{ lun: 0, unit: bad }])),
      ...eachBad(NO_FLAGS, writeProtected => group.mapLuns(undefined, [{ lun: 0, unit, writeProtected }])),
      ...eachBad([[0, 0]], () =>
        group.mapLuns(undefined, [
          { lun: 0, unit },
          { lun: 0, unit },
        ]),
      ),
    ],
    'PortGroup.mapLun': () => [
      ...eachBad([...without(NO_TEXTS, undefined), 'iqn.2026-11.example:no-map'], bad =>
        group.mapLun(bad, { lun: 0, unit }),
      ),
      ...eachBad(NO_OBJECTS, bad => group.mapLun(undefined, bad)),
      ...eachBad([...NO_WHOLE_NUMBERS, 16_384], lun => group.mapLun(undefined, { lun, unit })),
      ...eachBad([...NO_OBJECTS, strange], bad => group.mapLun(undefined, { lun: 0, unit: bad })),
      ...eachBad(NO_FLAGS, writeProtected => group.mapLun(undefined, { lun: 0, unit, writeProtected })),
    ],
    'PortGroup.lunMap': () => eachBad(without(NO_TEXTS, undefined), bad => group.lunMap(bad)),
    'PortGroup.unmapLun': () => [
      ...eachBad([...without(NO_TEXTS, undefined), 'iqn.2026-11.example:no-map'], bad => group.unmapLun(bad, 0)),
      ...eachBad([...NO_WHOLE_NUMBERS, 16_384, 7], bad => group.unmapLun(undefined, bad)),
    ],
    'PortGroup.open': () => [
      ...eachBad(NO_OBJECTS, bad => group.open(bad, {})),
      ...eachChanged(
        { ...NEXUS, isid: 2 },
        {
          initiatorName: NO_TEXTS,
          isid: [...NO_WHOLE_NUMBERS.filter(bad => bad !== 2), 2 ** 48],
          targetName: NO_TEXTS,
          targetPortalGroupTag: [...NO_WHOLE_NUMBERS, 65_536],
        },
        bad => group.open(bad, {}),
      ),
      ...eachBad([undefined, null, 1, [], { reset: 1 }], bad => group.open({ ...NEXUS, isid: 2 }, bad)),
    ],
    'LogicalUnit.resize': () => eachBad([...given, 511], bad => unit.resize(bad)),
    'UnitIdentities.take': () => [
      ...eachBad([...NO_OBJECTS, { serial: 'S' }], bad => identities.take(bad, 'a')),
      ...badIdentities(bad => identities.take(bad, 'a')),
      ...eachBad(NO_TEXTS, bad => identities.take(unit.identity, bad)),
    ],
    'new CommandSet': () => [
      ...eachBad([undefined, null, 1, 'text', {}], bad => new CommandSet(bad)),
      ...badRows(bad => new CommandSet([bad])),
      ...eachBad([[ROW, ROW]], bad => new CommandSet(bad)),
    ],
    command: () => badRows(bad => command(bad)),
  },
  untried: {
    noArguments: ['new UnitIdentities', 'TargetDevice.taskSets', 'PortGroup.units'],
    perCommand: ['CommandSet.find', 'Nexus.submit', 'Nexus.manage', 'Nexus.answered', 'Nexus.close', 'Nexus.find'],
    insideOfPackages: [
      ...['TargetDevice.taskSetsOfTarget', 'TargetDevice.nexusesOfTarget', 'TargetDevice.closed'],
      ...['PortGroup.forget', 'PortGroup.closed', 'PortGroup.take', 'PortGroup.leave', 'PortGroup.retire'],
      ...[
        'access',
        'become',
        'cacheEnded',
        'changeMode',
        'eject',
        'endsBefore',
        'load',
        'quarantine',
        'returned',
        'takeAttention',
        'reset',
        'retire',
      ].map(name => `LogicalUnit.${name}`),
      ...['Nexus.former', 'Nexus.see', 'Nexus.follow', 'Nexus.lose', 'Nexus.lunsReported'],
    ],
  },
  state: () => [unit.blocks, unit.attributes, [...device.units], [...group.units()], [...group.nexuses].length],
})
