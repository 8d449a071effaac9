import { NopOut, RESERVED_TAG, TaskManagementRequest, TextRequest } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import type { TargetCounter } from './statistics.ts'
import { MemoryStream } from './testing/memory-stream.ts'
import { settled, type TestClient } from './testing/test-client.ts'
import { TestTarget, type TestTargetOptions } from './testing/test-target.ts'

const KIB = 1024
const NAMES = { InitiatorName: 'iqn.2026-11.example:host', SessionType: 'Normal' }

/** What happens on a target, and what it has counted then. */
interface Situation {
  readonly options?: TestTargetOptions
  readonly happens: (target: TestTarget) => Promise<unknown>
  readonly counted: Readonly<Partial<Record<TargetCounter, number>>>
}

async function connectAll(target: TestTarget, sources: readonly string[]): Promise<TestClient[]> {
  const clients = sources.map(remote => target.connect(new MemoryStream({ remote })))
  await settled()
  return clients
}

const refusedLogin = (keys: Readonly<Record<string, string>>) => async (target: TestTarget) => {
  const client = target.connect()
  client.requestLogin(keys)
  await settled()
}

async function manage(client: TestClient, initiatorTaskTag: number): Promise<void> {
  client.send(TaskManagementRequest, { immediate: true, function: 5, initiatorTaskTag, cmdSN: client.cmdSN })
  await settled()
}

/** By what happens: the counters that change. */
const SITUATIONS: Readonly<Record<string, Situation>> = {
  'a connection': {
    happens: async target => target.connect(),
    counted: { connectionsAccepted: 1, connectionsOpen: 1, connectionsInLogin: 1, connectionsRefused: 0, pdusIn: 0 },
  },
  'a connection that ended before it had logged in': {
    happens: async target => {
      target.connect().stream.hangUp()
      await settled()
    },
    counted: { connectionsAccepted: 1, connectionsOpen: 0, connectionsInLogin: 0, connectionsDropped: 0 },
  },
  'a login': {
    happens: target => target.loggedIn(),
    counted: {
      connectionsOpen: 1,
      connectionsInLogin: 0,
      sessionsOpen: 1,
      sessionsStarted: 1,
      discoverySessionsStarted: 0,
      pdusIn: 1,
      pdusOut: 1,
    },
  },
  'a login for discovery': {
    happens: refusedLogin({ ...NAMES, SessionType: 'Discovery' }),
    counted: { sessionsOpen: 0, sessionsStarted: 0, discoverySessionsStarted: 1 },
  },
  'a login to a target that is not there': {
    happens: refusedLogin({ ...NAMES, TargetName: 'iqn.2026-11.io.lunkit:none' }),
    counted: { loginsInitiatorError: 1, loginsTargetError: 0, loginsRedirected: 0, sessionsStarted: 0 },
  },
  'a connection that went after its login': {
    happens: async target => {
      const client = await target.loggedIn()
      client.stream.hangUp()
      await settled()
    },
    counted: { connectionsOpen: 0, connectionsDropped: 1, sessionsOpen: 0, logouts: 0 },
  },
  'a logout': {
    happens: async target => {
      const client = await target.loggedIn()
      client.logout()
      await settled()
    },
    counted: { logouts: 1, connectionsDropped: 0, sessionsOpen: 0, connectionsLingered: 0 },
  },
  'a logout after which the peer does not close': {
    options: { limits: { lingerMs: 1000 } },
    happens: async target => {
      const client = await target.loggedIn()
      client.logout()
      await target.pass(1500)
    },
    counted: { logouts: 1, connectionsLingered: 1 },
  },
  'connections beyond the limit of all': {
    options: { limits: { connections: 2 } },
    happens: target => connectAll(target, ['192.0.2.7', '192.0.2.8', '192.0.2.9', '192.0.2.10']),
    counted: {
      connectionsAccepted: 2,
      connectionsRefused: 2,
      connectionsRefusedInAll: 2,
      connectionsRefusedInLogin: 0,
    },
  },
  'connections beyond the limit of those in login': {
    options: { limits: { connectionsInLogin: 2 } },
    happens: target => connectAll(target, ['192.0.2.7', '192.0.2.8', '192.0.2.9']),
    counted: {
      connectionsRefused: 1,
      connectionsRefusedInLogin: 1,
      connectionsRefusedInAll: 0,
      connectionsRefusedOfSource: 0,
      loginsDisplaced: 0,
    },
  },
  'connections beyond the limit of one source': {
    options: { limits: { connectionsInLogin: 2, connectionsInLoginPerSource: 1 } },
    happens: target => connectAll(target, ['192.0.2.7', '192.0.2.7', '192.0.2.7']),
    counted: { connectionsRefused: 1, connectionsRefusedOfSource: 1, connectionsRefusedInLogin: 0 },
  },
  'a connection for which one of another source gives way': {
    options: { limits: { connectionsInLogin: 2 } },
    happens: target => connectAll(target, ['192.0.2.7', '192.0.2.7', '192.0.2.8']),
    counted: { connectionsAccepted: 3, connectionsRefused: 0, loginsDisplaced: 1, connectionsInLogin: 2 },
  },
  'a login that takes more requests than it may': {
    options: { limits: { loginRequests: 6 } },
    happens: async target => {
      const client = target.connect()
      for (let request = 0; request < 7; request++) {
        client.requestLogin(request === 0 ? { ...NAMES, TargetName: target.server.targets[0]?.name ?? '' } : {}, {
          transit: false,
          nextStage: 0,
        })
        await settled()
      }
    },
    counted: { loginsTooLong: 1, loginsInitiatorError: 1 },
  },
  'a text with too many keys, in a login': {
    options: { limits: { textKeys: 4 } },
    happens: refusedLogin({
      ...NAMES,
      TargetName: 'iqn.2026-11.io.lunkit:disk',
      MaxBurstLength: '512',
      MaxConnections: '1',
    }),
    counted: { textsTooLong: 1 },
  },
  'a text with too many keys, after the login': {
    options: { limits: { textKeys: 4 } },
    happens: async target => {
      const client = await target.loggedIn()
      const ask = { immediate: true, final: true, initiatorTaskTag: 5, targetTransferTag: RESERVED_TAG, cmdSN: 1 }
      client.send(TextRequest, ask, { data: Buffer.from('A=1\0B=1\0C=1\0D=1\0E=1\0') })
      await settled()
    },
    counted: { textsTooLong: 1, pdusRejected: 1 },
  },
  'three commands': {
    happens: async target => {
      const client = await target.loggedIn()
      for (let command = 0; command < 3; command++) client.command({})
      await settled()
    },
    counted: { commands: 3, commandsAborted: 0, pdusIn: 4 },
  },
  'more immediate commands than there may be': {
    options: { limits: { immediateCommands: 1 } },
    happens: async target => {
      const client = await target.loggedIn()
      client.command({ immediate: true })
      client.command({ immediate: true })
      await settled()
    },
    counted: { commands: 1, immediateCommandsRefused: 1, pdusRejected: 1 },
  },
  'more task management functions than there may be': {
    options: { limits: { managementFunctions: 1 } },
    happens: async target => {
      const client = await target.loggedIn()
      await manage(client, 1)
      await manage(client, 2)
    },
    counted: { managementFunctions: 1, managementFunctionsRefused: 1 },
  },
  'PDUs of which a turn takes no more': {
    options: { limits: { pdusPerTurn: 4 } },
    happens: async target => {
      const client = await target.loggedIn()
      const ping = { immediate: true, initiatorTaskTag: 1, targetTransferTag: RESERVED_TAG, cmdSN: 1 }
      client.stream.feed(Buffer.concat(Array.from({ length: 6 }, () => client.bytesOf(NopOut, ping))))
      await settled()
    },
    counted: { turnsCut: 1, pdusIn: 7, pdusOut: 7 },
  },
  'a ping, and a command with data, for which there is no memory': {
    options: { slabBytes: 256 * KIB, limits: { dataOutBytes: 256 * KIB } },
    happens: async target => {
      const client = await target.loggedIn()
      const memory = target.slab.take(256 * KIB)
      client.ping({}, Buffer.alloc(100))
      client.command({ write: true, expectedDataTransferLength: 512 }, { data: Buffer.alloc(512) })
      await settled()
      memory?.release()
    },
    counted: { requestsRefusedForMemory: 1, commandsRefusedForMemory: 1, pdusRejected: 1, commands: 0 },
  },
  'a discovery session that is idle': {
    options: { limits: { discoveryIdleMs: 1000 } },
    happens: async target => {
      await refusedLogin({ ...NAMES, SessionType: 'Discovery' })(target)
      await target.pass(1500)
    },
    counted: { discoveryIdled: 1 },
  },
  'a peer that does not read': {
    options: { limits: { dataInBytes: 256 * KIB, outputBytes: 64 * KIB } },
    happens: async target => {
      const client = await target.loggedIn({ MaxRecvDataSegmentLength: '262144' })
      client.stream.blocked = true
      for (let i = 0; i < 60 && !client.stream.paused; i++) client.ping({}, Buffer.alloc(8000))
    },
    counted: { connectionsUnread: 1, connectionsOverOutput: 0 },
  },
  'a peer that owes data and reads nothing at all': {
    options: { limits: { dataInBytes: 256 * KIB, outputBytes: 64 * KIB, outputBytesAtMost: 256 * KIB } },
    happens: async target => {
      const client = await target.loggedIn()
      client.command({ write: true, expectedDataTransferLength: 1024 })
      target.hand.nexus.last.expectData(1024)
      await settled()
      client.stream.blocked = true
      for (let i = 0; i < 120; i++) client.ping({}, Buffer.alloc(8000))
    },
    counted: { connectionsUnread: 0, connectionsOverOutput: 1, r2tsSent: 1, commands: 1, commandsAborted: 1 },
  },
}

describe('the target counts', () => {
  it.each(Object.entries(SITUATIONS))('%s', async (_name, { options, happens, counted }) => {
    const target = new TestTarget(options)
    await happens(target)
    const names = Object.keys(counted) as TargetCounter[]
    expect(Object.fromEntries(names.map(name => [name, target.counted(name)]))).toEqual(counted)
  })

  it('bytes as they came and went', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const [bytesIn, bytesOut] = [target.counted('bytesIn'), target.counted('bytesOut')]
    client.ping({}, Buffer.alloc(101))
    await settled()
    // A header, 101 bytes and three of padding each way.
    expect([target.counted('bytesIn') - bytesIn, target.counted('bytesOut') - bytesOut]).toEqual([152, 152])
  })
})
