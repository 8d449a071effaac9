import { Block, declare } from '@lunkit/statistics'
import * as target from '@lunkit/target'
import {
  formatAddress,
  isWildcard,
  nodeAccess,
  openAccess,
  startTimerWheel,
  stateDiagram,
  TargetServer,
  TargetStatistics,
  TimerWheel,
} from '@lunkit/target'
import { flag, object, required, Slab, wholeNumber } from '@lunkit/wire'
import { afterAll } from 'vitest'
import { describeArguments } from './argument-tests.ts'
import {
  type BadCall,
  eachBad,
  eachBadOption,
  eachChanged,
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

const slab = new Slab({ sizeBytes: 1 })
const timers = new TimerWheel()
const server = new TargetServer({ slab, timers })
const statistics = new TargetStatistics()
const METRIC = { kind: 'counter', unit: 'pdus', help: 'PDUs received' } as const
const otherBlock = new Block(declare({ name: 'target', labels: [], metrics: { pdusIn: METRIC } }))
afterAll(() => server.close())

const NAME = 'iqn.2026-11.io.lunkit:arguments'
const ADDRESS = { host: '127.0.0.1', port: 3260 }
const PORT_0 = { host: '127.0.0.1', port: 0 }
const router = { open: () => undefined }
const GROUP = { tag: 1, enabled: true, portals: [PORT_0], parameters: {}, access: openAccess, router }
const stream = Object.fromEntries(
  ['write', 'pause', 'resume', 'forgetPlace', 'end', 'destroy'].map(name => [name, () => undefined]),
)

/** What portal groups of a server have beside those that others have. */
const BESIDE = {
  enabled: required(flag),
  router: required(object('a router', it => typeof (it as typeof router).open === 'function')),
  listedWhileDisabled: flag,
  listens: flag,
  maxSentDataSegmentLength: wholeNumber(512, 2 ** 24 - 1),
}

const NETWORK = { kind: 'network', address: '192.0.2.0', bits: 24 }
const RULE = { name: 'a rule', match: NETWORK, access: {} }
/** Access rules that cannot be. */
const badRules = (call: (bad: never) => unknown): BadCall[] => [
  ...eachBad([...NO_OBJECTS, { ...RULE, more: 1 }], call),
  ...eachChanged(
    RULE,
    {
      name: NO_TEXTS,
      access: [undefined, null, 1, [], { commandDepth: '8' }],
      match: [
        undefined,
        null,
        { kind: 'other' },
        { kind: 'names', names: 'text' },
        { kind: 'names', names: [1] },
        { kind: 'prefix', prefix: '' },
        { ...NETWORK, address: 'localhost' },
        { ...NETWORK, bits: 33 },
        { ...NETWORK, bits: '24' },
        { ...NETWORK, more: 1 },
      ],
    },
    call,
  ),
]
const rules = new target.AccessRules([])

/** Lists of which one member is wrong, and what is no list. */
const listsOf = (bad: readonly unknown[]): unknown[] => [null, 1, 'text', {}, ...bad.map(each => [each])]

const BAD_GROUP: Readonly<Record<string, readonly unknown[]>> = {
  tag: [...NO_WHOLE_NUMBERS, 65_536],
  enabled: [undefined, ...NO_FLAGS],
  portals: [undefined, ...listsOf(NO_ADDRESSES)],
  parameters: [null, 1, [], { NoKey: 1 }, { MaxBurstLength: 1 }, { InitialR2T: 'Yes' }],
  access: [undefined, ...NO_FUNCTIONS],
  router: [...NO_OBJECTS, { open: 1 }],
  demoModeDiscovery: NO_FLAGS,
  listedWhileDisabled: NO_FLAGS,
  listens: NO_FLAGS,
  loginKeysWorkaround: NO_FLAGS,
  loginTimeMs: [...without(NO_WHOLE_NUMBERS, undefined), 0],
  redirections: NO_REDIRECTIONS,
  maxSentDataSegmentLength: [...without(NO_WHOLE_NUMBERS, undefined), 511, 2 ** 24],
  thereIsNoSuchOption: [1],
}

/** Targets that cannot be, to whatever takes them. */
const badTargets = (call: (target: never) => unknown): BadCall[] => [
  ...eachBad(without(NO_OBJECTS, undefined), call),
  ...eachChanged(
    { name: NAME, portalGroups: [GROUP] },
    {
      name: NO_ISCSI_NAMES,
      alias: [...without(NO_TEXTS, undefined, ''), 'a'.repeat(8193), 'ä'.repeat(4097), 'a\nb'],
      portalGroups: [undefined, ...listsOf([null, 1, 'text', [], {}]), [GROUP, GROUP]],
      thereIsNoSuchOption: [1],
    },
    call,
  ),
  ...eachChanged(GROUP, BAD_GROUP, group => call({ name: NAME, portalGroups: [group] } as never)),
]

const SECRET = new target.ChapSecret('secret')
const DEMANDED = { authenticationRequired: true }
/** None is what a login may have to prove. */
const NO_PROOFS: readonly unknown[] = [
  ...[null, 1, 'text', [], {}, { authenticationRequired: 1 }, { authenticationRequired: true, refused: 1 }],
  ...[null, 1, {}, { name: 'a' }, { name: '', secret: SECRET }, { name: 'a', secret: 'secret' }].map(credentials => ({
    ...DEMANDED,
    credentials,
  })),
  ...[{ mutual: 1 }, { mutual: { name: 'a' } }, { algorithms: [] }, { algorithms: [9] }, { mutualRequired: 1 }].map(
    wrong => ({ ...DEMANDED, credentials: { name: 'a', secret: SECRET, ...wrong } }),
  ),
]

describeArguments('@lunkit/target', {
  door: target,
  calls: {
    'new TargetServer': () => [
      ...eachBad([undefined, ...NO_OPTIONS], bad => new TargetServer(bad)),
      ...eachChanged(
        { slab, timers },
        {
          slab: NO_OBJECTS,
          timers: [...NO_OBJECTS, { after: 1 }],
          statistics: without(NO_OBJECTS, undefined),
          limits: [null, 1, [], { connections: NaN }, { connections: '8' }, { thereIsNoSuchLimit: 1 }],
          listener: NO_FUNCTIONS,
          worked: NO_FUNCTIONS,
          discovery: NO_PROOFS,
          otherPortal: NO_FUNCTIONS,
          listen: NO_FUNCTIONS,
        },
        bad => new TargetServer(bad),
      ),
    ],
    'TargetServer.define': () => [
      ...badTargets(bad => server.define(bad)),
      ...eachBad([undefined], bad => server.define(bad)),
    ],
    'TargetServer.serve': () => [
      ...badTargets(bad => server.serve(bad)),
      ...badTargets(bad => server.serve({ name: NAME, portalGroups: [GROUP as never] }, bad)),
    ],
    'TargetServer.addressOf': () => eachBad(NO_ADDRESSES, bad => server.addressOf(bad)),
    'TargetServer.groupTagAt': () => [
      ...eachBad(NO_ISCSI_NAMES, bad => server.groupTagAt(bad, ADDRESS)),
      ...eachBad(NO_ADDRESSES, bad => server.groupTagAt(NAME, bad)),
    ],
    'TargetServer.remove': () => eachBad(NO_ISCSI_NAMES, bad => server.remove(bad)),
    'TargetServer.undefine': () => [
      ...eachBad(NO_ISCSI_NAMES, bad => server.undefine(bad)),
      ...eachBad(without(NO_FLAGS, undefined), bad => server.undefine(NAME, { remember: bad })),
    ],
    'TargetServer.setLimits': () =>
      eachBad([undefined, null, 1, [], { connections: NaN }, { connections: '8' }, { thereIsNoSuchLimit: 1 }], bad =>
        server.setLimits(bad),
      ),
    'TargetServer.keepOut': () => eachBad([undefined, null, 1, {}, 'rule'], bad => server.keepOut(bad)),
    'TargetServer.setDiscovery': () => eachBad([undefined, ...NO_PROOFS], bad => server.setDiscovery(bad)),
    checkLoginProof: () => eachBad([undefined, ...NO_PROOFS], bad => target.checkLoginProof('x', bad)),
    'TargetServer.wasRemoved': () => eachBad(NO_ISCSI_NAMES, bad => server.wasRemoved(bad)),
    'TargetServer.adjustPortals': () => [
      ...eachBad([null, 1, 'text', {}], bad => server.adjustPortals(bad)),
      ...eachBad(NO_ADDRESSES, bad => server.adjustPortals([bad])),
    ],
    'TargetServer.logOutSessions': () => [
      ...eachBad([undefined, ...NO_FUNCTIONS], bad => server.logOutSessions(bad, 0)),
      ...eachBad([...NO_WHOLE_NUMBERS, 2 ** 31], bad => server.logOutSessions(() => true, bad)),
    ],
    'TargetServer.drainSessions': () => [
      ...eachBad([undefined, ...NO_FUNCTIONS], bad => server.drainSessions(bad, { graceMs: 0 })),
      ...eachBad([undefined, null, 1, {}, { graceMs: -1 }], bad => server.drainSessions(() => false, bad)),
      ...eachBadOption('comeBackAfterSeconds', [-1, 65_536, 1.5, '1'], bad =>
        server.drainSessions(() => false, { graceMs: 0, ...(bad as object) }),
      ),
    ],
    'TargetServer.endSessions': () => eachBad([undefined, ...NO_FUNCTIONS], bad => server.endSessions(bad)),
    'TargetServer.accept': () => [
      ...eachBad(NO_OBJECTS, bad => server.accept(bad, ADDRESS)),
      ...eachBad(NO_ADDRESSES, bad => server.accept(stream as never, bad)),
    ],
    'TargetServer.drain': () => eachBad([...NO_WHOLE_NUMBERS, 2 ** 31], bad => server.drain(bad)),

    'new TargetStatistics': () => [
      ...eachBad([null, 1, 'text', [], { block: otherBlock }], bad => new TargetStatistics(bad)),
      ...eachBad([null, 1, {}, new SharedArrayBuffer(4096), otherBlock], target => new TargetStatistics({ target })),
      ...eachBad([null, 1, {}, otherBlock], portals => new TargetStatistics({ portals })),
      ...eachBad([null, 1, {}, otherBlock], sessions => new TargetStatistics({ sessions })),
    ],
    'TargetStatistics.get': () => eachBad([...NO_TEXTS, 'thereIsNoSuchCounter'], bad => statistics.get(bad)),
    'new TimerWheel': () => [
      ...eachBad(NO_OPTIONS, bad => new TimerWheel(bad)),
      ...eachBadOption('clock', NO_FUNCTIONS, bad => new TimerWheel(bad)),
      ...eachBadOption('tickMs', [...NO_WHOLE_NUMBERS, 0], bad => new TimerWheel(bad)),
    ],
    'TimerWheel.after': () => [
      ...eachBad([undefined, null, NaN, Infinity, -1, '1', 1n, {}], bad => timers.after(bad, () => undefined)),
      ...eachBad([undefined, ...NO_FUNCTIONS], bad => timers.after(1, bad)),
    ],
    startTimerWheel: () => [
      ...eachBad(NO_OPTIONS, bad => startTimerWheel(bad)),
      ...eachBadOption('tickMs', [...NO_WHOLE_NUMBERS, 0], bad => startTimerWheel(bad)),
    ],
    nodeAccess: () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => nodeAccess(bad)),
      ...eachChanged(
        { acls: {}, generateNodeAcls: true },
        {
          acls: [
            undefined,
            null,
            1,
            'text',
            [],
            { a: null },
            { a: 1 },
            { a: { commandDepth: '8' } },
            { a: { depth: 8 } },
          ],
          generateNodeAcls: [undefined, ...NO_FLAGS],
          defaults: [null, 1, [], { commandDepth: NaN }, { depth: 8 }, { credentials: {} }],
        },
        bad => nodeAccess(bad),
      ),
    ],
    viewOf: () => eachBad([...NO_TEXTS, ''], bad => target.viewOf(bad)),
    checkAccessRule: () => badRules(bad => target.checkAccessRule('x', bad)),
    'new AccessRules': () => [
      ...eachBad([undefined, null, 1, 'text', {}], bad => new target.AccessRules(bad)),
      ...badRules(bad => new target.AccessRules([bad as never])),
    ],
    'AccessRules.find': () => [
      ...eachBad(without(NO_TEXTS, ''), bad => rules.find(bad, '192.0.2.7')),
      ...eachBad(without(NO_TEXTS, ''), bad => rules.find(NAME, bad)),
    ],
    checkAddress: () => eachBad(NO_ADDRESSES, bad => target.checkAddress('x', bad)),
    checkTarget: () => badTargets(bad => target.checkTarget('x', bad, BESIDE)),
    checkTargetName: () => eachBad(NO_ISCSI_NAMES, bad => target.checkTargetName('x', bad)),
    formatAddress: () =>
      eachBad([undefined, null, 1, [], {}, { host: 1, port: 1 }, { host: 'a', port: NaN }], bad => formatAddress(bad)),
    isWildcard: () => eachBad([undefined, null, 1, [], {}, { host: 1 }], bad => isWildcard(bad)),
    stateDiagram: () =>
      eachBad([undefined, null, 1, 'text', [], { free: 1 }, { free: null }, { free: {} }], bad => stateDiagram(bad)),
  },
  untried: {
    noArguments: ['ChapSecret.toJSON', 'TargetServer.close', 'TargetStatistics.read', 'TimerWheel.advance'],
    perCommand: ['TargetStatistics.add'],
    insideOfPackages: ['openAccess', 'sessionGauges.*.of', 'TargetStatistics.portalRow', 'TargetStatistics.sessionRow'],
    anyValue: [
      'GROUP_SETTINGS.*.has',
      'INITIATOR_ACCESS.*.has',
      'ISCSI_NAME.has',
      'LOGIN_PROOF.has',
      'OWN_ISCSI_NAME.has',
      'TARGET_ALIAS.has',
    ],
    inAnotherTable: ['new ChapSecret', 'checkOffers', 'comparedName'],
  },
  state: () => [server.targets, server.portals, timers.size],
})
