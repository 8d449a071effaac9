import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AttentionNotice,
  ConnectionError,
  connect,
  fileio,
  ramdisk,
  type Session,
  type Step,
  StepError,
} from 'lunkit'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { FIRST, seenBy, step, TREE_TARGET, TreeServer } from '../testing/tree-server.ts'
import { watchedDisk } from '../testing/watched-disk.ts'

const INITIATOR = 'iqn.2026-11.com.example:one'
const OTHER = 'iqn.2026-11.com.example:other'
const A = { 0: 'serial-a' }
const directory = mkdtempSync(join(tmpdir(), 'lunkit-tree-'))
afterAll(() => rmSync(directory, { recursive: true }))

const descriptors = (): number => readdirSync('/proc/self/fd').length
const missing: Step = {
  kind: 'openDisk',
  disk: 'missing',
  storage: fileio({ path: '/nonexistent/disk', create: false }),
}

describe('a tree that changes', () => {
  it('shows a disk that comes and hides one that goes, to sessions too, which are told (3F/0E)', async () => {
    await using tree = await TreeServer.start()
    const heard: AttentionNotice[] = []
    await using session = await tree.connect({ listener: { attention: notice => void heard.push(notice) } })
    await session.lun(0).ready()
    await tree.apply(step.open('b'), step.map(5, 'b'))
    expect(await seenBy(session)).toEqual({ ...A, 5: 'serial-b' })
    await session.lun(0).testUnitReady()
    await tree.apply(step.close('a'))
    expect(await tree.seen()).toEqual({ 5: 'serial-b' })
    await session.lun(5).testUnitReady()
    expect(new Set(heard.map(({ name }) => name))).toContain('reportedLunsDataHasChanged')
  })

  it('gives an initiator what its ACL has, and takes the session of another that has none any more', async () => {
    await using tree = await TreeServer.start()
    await tree.apply(step.acl('addAcl', INITIATOR), step.open('own'), step.map(1, 'own', { initiator: INITIATOR }))
    await using one = await tree.connect({ initiatorName: INITIATOR })
    const other = await tree.connect({ initiatorName: OTHER })
    expect([await seenBy(one), await seenBy(other)]).toEqual([{ 1: 'serial-own' }, A])
    await tree.apply(step.demoMode(false))
    expect(tree.server.sessionLoads.map(({ session }) => session.initiatorName)).toEqual([INITIATOR])
    await expect(other.lun(0).testUnitReady()).rejects.toThrow(ConnectionError)
    await expect(tree.connect({ initiatorName: OTHER })).rejects.toThrow('authorizationFailure')
    expect(await seenBy(one)).toEqual({ 1: 'serial-own' })
  })

  it('has those come back whom a rule of their own lets in from now on, and leaves the others', async () => {
    await using tree = await TreeServer.start()
    const one = await tree.connect({ initiatorName: INITIATOR })
    await using other = await tree.connect({ initiatorName: OTHER })
    await Promise.all([one.lun(0).ready(), other.lun(0).ready()])
    const rules = [{ name: 'own', match: { kind: 'names', names: [INITIATOR] }, access: {} }] as const
    await tree.apply({ kind: 'changeGroup', target: TREE_TARGET, tag: 1, settings: { rules } })
    expect(tree.server.sessionLoads.map(({ session }) => session.initiatorName)).toEqual([OTHER])
    await expect(one.lun(0).testUnitReady()).rejects.toThrow(ConnectionError)
    await other.lun(0).testUnitReady()
  })

  it('puts another disk in the place of one, and the first again where that cannot be', async () => {
    const path = join(directory, 'replaced')
    await using tree = await TreeServer.start()
    const first = fileio({ path, sizeBytes: 65_536, identity: { serial: 'file' } })
    await tree.apply({ kind: 'openDisk', disk: 'file', storage: first }, step.map(1, 'file'))
    await using session = await tree.connect()
    await session.lun(1).write(0, Buffer.alloc(512, 7))
    const storage = fileio({ path, sizeBytes: 32_768, create: false, identity: { serial: 'file' } })
    await tree.apply({ kind: 'replaceDisk', disk: 'file', replaces: 'file', storage })
    expect(await session.lun(1).readCapacity()).toMatchObject({ blocks: 64 })
    const wrong = fileio({ path: join(directory, 'none'), create: false })
    const replace: Step = { kind: 'replaceDisk', disk: 'file', replaces: 'file', storage: wrong }
    await expect(tree.apply(replace)).rejects.toThrow('none: it does not exist, and may not be created')
    expect(await session.lun(1).read(0, 1)).toEqual(Buffer.alloc(512, 7))
    const renamed: Step = { kind: 'replaceDisk', disk: 'renamed', replaces: 'file', storage }
    await tree.apply(renamed, step.map(2, 'renamed'))
    expect(await tree.seen()).toEqual({ ...A, 2: 'file' })
  })

  it('ends a target with its sessions, and lets it come again', async () => {
    await using tree = await TreeServer.start()
    const session = await tree.connect()
    const { address } = tree
    await tree.apply(step.removeTarget(), step.close('a'))
    await expect(session.lun(0).testUnitReady()).rejects.toThrow(ConnectionError)
    await expect(connect({ ...address, target: TREE_TARGET })).rejects.toThrow('ECONNREFUSED')
    await tree.apply(...FIRST)
    expect(await tree.seen()).toEqual(A)
  })

  it('ends sessions of the portal group that it is about, and none of groups with the same tag, or of the same target', async () => {
    await using tree = await TreeServer.start()
    const OTHERS = [
      { target: TREE_TARGET, tag: 2, portal: { host: '127.0.0.2', port: 0 } },
      { target: 'iqn.2026-11.com.example:other', tag: 1, portal: { host: '127.0.0.3', port: 0 } },
    ]
    await tree.apply({ kind: 'addTarget', target: 'iqn.2026-11.com.example:other' })
    for (const { portal, ...of } of OTHERS)
      await tree.apply(
        { kind: 'addGroup', ...of, settings: {} },
        { kind: 'setDemoMode', ...of, access: {} },
        { kind: 'openPortal', ...of, portal },
      )
    const sessions = [await tree.connect()]
    for (const { portal, target } of OTHERS)
      sessions.push(await connect({ ...(tree.server.addressOf(portal) ?? portal), target }))
    const left = () => tree.server.sessionLoads.map(({ session }) => [session.targetName, session.targetPortalGroupTag])
    const others = OTHERS.map(({ target, tag }) => [target, tag])
    expect(left()).toEqual([[TREE_TARGET, 1], ...others])
    await tree.apply(step.demoMode(false))
    expect(left()).toEqual(others)
    await tree.apply({ kind: 'removeGroup', target: TREE_TARGET, tag: 1 })
    expect(left()).toEqual(others)
    for (const session of sessions) await session[Symbol.asyncDispose]()
  })

  it('closes a portal and leaves its connections alone', async () => {
    await using tree = await TreeServer.start()
    await using session = await tree.connect()
    const { address } = tree
    await tree.apply(step.portal('closePortal', { host: '127.0.0.1', port: 0 }))
    expect(await seenBy(session)).toEqual(A)
    await expect(connect({ ...address, target: TREE_TARGET })).rejects.toThrow('ECONNREFUSED')
  })
})

describe('a change that cannot be made', () => {
  const OF = { target: TREE_TARGET, tag: 1 } as const
  it.each<[string, Step, string]>([
    ['a file that cannot be opened', missing, 'openDisk missing: cannot open /nonexistent/disk'],
    ['a disk that is open', step.open('a'), 'openDisk a: the disk a is open already'],
    ['the identity of another disk', { ...step.open('a'), disk: 'twin' } as Step, 'openDisk twin: '],
    ['no such disk', step.close('nobody'), 'closeDisk nobody: there is no disk nobody; there is a, x'],
    [
      'no such disk to replace',
      { kind: 'replaceDisk', disk: 'r', replaces: 'nobody', storage: ramdisk({ sizeBytes: 512 }) },
      'there is no disk nobody',
    ],
    ['a target that is there', { kind: 'addTarget', target: TREE_TARGET }, `there is a target ${TREE_TARGET} already`],
    [
      'no such target',
      { kind: 'removeTarget', target: 'iqn.2026-11.com.example:none' },
      'there is no target iqn.2026-11.com.example:none; there is iqn.2026-11.com.example:tree, iqn.2026-11.com.example:new',
    ],
    ['a group that is there', { kind: 'addGroup', ...OF, settings: {} }, 'has a portal group 1 already'],
    ['no such group', { kind: 'removeGroup', ...OF, tag: 9 }, `${TREE_TARGET} has no portal group 9; there is 1`],
    ['no such portal', step.portal('closePortal', { host: '127.0.0.9', port: 3260 }), 'has no portal 127.0.0.9:3260'],
    [
      'no such LUN',
      step.unmap(7),
      `unmapLun ${TREE_TARGET} portal group 1 LUN 7: ${TREE_TARGET}, portal group 1, has no LUN 7`,
    ],
    ['no such ACL', step.acl('removeAcl', OTHER), `has no ACL of ${OTHER}`],
    ['an ACL that is there', step.acl('addAcl', INITIATOR), `has an ACL of ${INITIATOR} already`],
    ['a LUN for who has no ACL', step.map(0, 'a', { initiator: OTHER }), `has no ACL of ${OTHER}`],
  ])('is not made in part, and nobody notices: %s', async (_what, wrong, message) => {
    const served = Promise.withResolvers<void>()
    await using tree = await TreeServer.start({ lanes: 1, laneListener: () => served.resolve() })
    // The first file has the worker lane started, whose descriptors stay.
    const first = fileio({ path: join(directory, 'first'), sizeBytes: 4096, identity: { serial: 'first' } })
    await tree.apply({ kind: 'openDisk', disk: 'first', storage: first })
    await tree.apply(step.close('first'), step.acl('addAcl', INITIATOR))
    await served.promise
    const heard: AttentionNotice[] = []
    await using session = await tree.connect({ listener: { attention: notice => void heard.push(notice) } })
    await session.lun(0).ready()
    heard.length = 0
    const steps: Step[] = [
      { kind: 'addTarget', target: 'iqn.2026-11.com.example:new' },
      { kind: 'addGroup', target: 'iqn.2026-11.com.example:new', tag: 3, settings: {} },
      { kind: 'changeTarget', target: TREE_TARGET, alias: 'another' },
      { kind: 'changeGroup', ...OF, settings: { demoModeDiscovery: false } },
      ...[step.open('x'), step.map(0, 'x'), step.map(4, 'x'), step.demoMode(false)],
      step.portal('openPortal', { host: '127.0.0.3', port: 0 }),
      wrong,
    ]
    const before = descriptors()
    await expect(tree.server.tree.apply(steps)).rejects.toThrow(message)
    await expect(tree.server.tree.apply(steps)).rejects.toThrow('; nothing has changed')
    await session.lun(0).testUnitReady()
    expect([await seenBy(session), heard]).toEqual([A, []])
    expect(tree.server.addressOf({ host: '127.0.0.3', port: 0 })).toBeUndefined()
    // The lanes may have been starting, with descriptors that they do not keep.
    await vi.waitUntil(() => descriptors() <= before)
    // Names, identities and ports are free again.
    await tree.apply(...steps.slice(0, -1), step.demoMode(true))
    expect(await tree.seen()).toEqual({ 0: 'serial-x', 4: 'serial-x' })
  })

  it('says by which step, with its cause, and takes back a portal that is taken', async () => {
    await using tree = await TreeServer.start()
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => taken.once('listening', resolve))
    const portal = { host: '127.0.0.1', port: (taken.address() as { port: number }).port }
    const steps = [step.open('b'), step.map(1, 'b'), step.portal('openPortal', portal)]
    const error = await tree.server.tree.apply(steps).catch((error: unknown) => error as StepError)
    expect(error).toBeInstanceOf(StepError)
    expect(error).toMatchObject({ step: steps[2], cause: { code: 'EADDRINUSE' }, notUndone: [] })
    expect([await tree.seen(), tree.server.tree.disk('b')]).toEqual([A, undefined])
    taken.close()
  })

  it('says what could not be undone', async () => {
    await using tree = await TreeServer.start()
    let opened = 0
    const once = ramdisk({ sizeBytes: 65_536 })
    const storage = {
      ...once,
      open: (resources: Parameters<typeof once.open>[0]) =>
        opened++ === 0 ? once.open(resources) : Promise.reject(new Error('opens no more')),
    }
    await tree.apply({ kind: 'openDisk', disk: 'once', storage }, step.map(1, 'once'))
    const replace = { ...missing, kind: 'replaceDisk', disk: 'once', replaces: 'once' } as Step
    await expect(tree.apply(replace)).rejects.toThrow('; this could not be undone: opens no more')
    expect(await tree.seen()).toMatchObject(A)
    await tree.apply(step.close('once'))
  })
})

describe('what cannot be opened and is left out', () => {
  it('has its place, and is tried again by the same step', async () => {
    await using tree = await TreeServer.start()
    const path = join(directory, 'late')
    const late: Step = {
      kind: 'openDisk',
      disk: 'late',
      storage: fileio({ path, create: false, identity: { serial: 'late' } }),
    }
    const failures: string[] = []
    await tree.server.tree.apply([late, step.map(1, 'late'), step.open('b'), step.map(2, 'b')], {
      leaveOut: ({ step: { kind }, error }) => void failures.push(`${kind}: ${error.message}`),
    })
    expect(failures).toEqual([expect.stringContaining('openDisk: cannot open')])
    expect(await tree.seen()).toEqual({ ...A, 2: 'serial-b' })
    await tree.apply({ ...late, storage: fileio({ path, sizeBytes: 4096, identity: { serial: 'late' } }) } as Step)
    expect(await tree.seen()).toEqual({ ...A, 1: 'late', 2: 'serial-b' })
  })
})

describe('what is taken away', () => {
  /** A session whose read of LUN 1 does not come back before `release`. */
  async function held(tree: TreeServer): Promise<{ session: Session; read: Promise<unknown>; release: () => void }> {
    const { storage, store } = watchedDisk('held')
    await tree.apply({ kind: 'openDisk', disk: 'held', storage }, step.map(1, 'held'))
    const session = await tree.connect()
    await session.lun(1).ready()
    let release: (() => void) | undefined
    store().submit = request => {
      release = () => request.owner.completed(request)
      return false
    }
    const read = session
      .lun(1)
      .read(0, 1)
      .catch((error: unknown) => error)
    await vi.waitUntil(() => release !== undefined)
    return { session, read, release: release as () => void }
  }

  it('ends its tasks with LOGICAL UNIT NOT SUPPORTED when the store has returned, and not before', async () => {
    await using tree = await TreeServer.start()
    const { session, read, release } = await held(tree)
    let done = false
    const removed = tree.apply(step.unmap(1)).then(() => {
      done = true
    })
    expect(await seenBy(session)).toEqual(A)
    expect(done).toBe(false)
    release()
    await removed
    expect(await read).toMatchObject({ senseName: 'logicalUnitNotSupported' })
    await session.close()
  })

  it('tells which disks lost what was acknowledged', async () => {
    await using tree = await TreeServer.start()
    const { storage, store } = watchedDisk('lost')
    await tree.apply({ kind: 'openDisk', disk: 'lost', storage })
    const opened = store()
    opened.close = async () => 'io'
    const serial = tree.server.tree.disk('lost')?.unit.identity.serial
    const applied = await tree.server.tree.apply([step.close('lost')])
    expect(applied).toEqual({ flushFailures: [{ disk: 'ramdisk/lost', serial, fault: 'io' }], waitingFor: [] })
  })
})

describe('a change that is given up', () => {
  it('opens nothing more, and leaves nothing of it', async () => {
    await using tree = await TreeServer.start()
    const abort = new AbortController()
    const memory = ramdisk({ sizeBytes: 65_536 })
    const storage = {
      ...memory,
      open: (resources: Parameters<typeof memory.open>[0]) => {
        abort.abort(new Error('given up'))
        return memory.open(resources)
      },
    }
    const portal = { host: '127.0.0.4', port: 0 }
    const steps: Step[] = [
      { kind: 'openDisk', disk: 'x', storage },
      ...[step.map(1, 'x'), step.open('y'), step.portal('openPortal', portal)],
    ]
    const events = tree.server.events
    const given = tree.server.tree.apply(steps, { signal: abort.signal, leaveOut: () => {} })
    await expect(given).rejects.toThrow('given up')
    expect([await tree.seen(), tree.server.addressOf(portal)]).toEqual([A, undefined])
    // Nothing is in the way of the same steps, and it is then that the portal is opened for the first time.
    await tree.apply(...steps)
    expect(Object.keys(await tree.seen())).toEqual(['0', '1'])
    await tree.server.close()
    const told: string[] = []
    for await (const { kind } of events) told.push(kind)
    expect(told.filter(kind => kind === 'portalOpened')).toHaveLength(1)
  })
})

describe('the end of a tree', () => {
  it('comes after the changes that were asked for before, and refuses those after it', async () => {
    const tree = await TreeServer.start()
    const before = tree.apply(step.open('b'))
    const closed = tree.server.close()
    await before
    await closed
    await expect(tree.apply(step.open('c'))).rejects.toThrow('the server is closed')
  })
})

it.each<[string, unknown, string]>([
  ['no list', 1, 'apply: steps is 1; right is an array, of steps'],
  ['no kind', [{ kind: 'openDoor' }], 'apply: steps[0]: kind is "openDoor"; right is one of "openDisk"'],
  ['a step with something missing', [{ kind: 'closeDisk' }], 'apply: steps[0]: closeDisk: disk is undefined'],
  ['a step with something else', [{ kind: 'closeDisk', disk: 'a', lun: 1 }], 'has no option "lun"'],
  [
    'a portal that is none',
    [step.portal('openPortal', { host: 'localhost', port: 1 })],
    'apply: steps[0]: portal: host is "localhost"',
  ],
  ['a LUN that is none', [step.map(16_384, 'a')], 'apply: steps[0]: mapLun: lun is 16384'],
])('steps are checked before anything is done: %s', async (_what, steps, message) => {
  await using tree = await TreeServer.start()
  await expect(tree.server.tree.apply(steps as Step[])).rejects.toThrow(message)
})
