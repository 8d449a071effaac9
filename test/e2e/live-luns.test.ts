import { createRamdisk, DelayLayer } from '@lunkit/backstores'
import { type CommandResult, connect, ScsiError, type Session } from '@lunkit/initiator'
import { Status } from '@lunkit/scsi/transport'
import { TargetDevice } from '@lunkit/scsi-engine'
import { openAccess, startTimerWheel, TargetServer } from '@lunkit/target'
import { Slab } from '@lunkit/wire'
import { DEFAULT_LOGIN_PARAMETERS } from 'lunkit'
import { expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { pattern } from './harness/pattern.ts'
import { write10 } from './harness/raw-disk.ts'
import { turn, until } from './harness/turns.ts'

const MIB = 1024 * 1024
const NAME = 'iqn.2026-11.io.lunkit:live'
const PORTAL = { host: '127.0.0.1', port: 0 }

/** One disk, whose operations can be held back, as LUN 0 and as LUN 1, and another one as LUN 2. */
async function serve() {
  const slab = new Slab({ sizeBytes: 16 * MIB, poison: true })
  const { wheel: timers, stop } = startTimerWheel()
  const bugs: unknown[] = []
  const device = new TargetDevice({ slab, timers, onBug: bug => bugs.push(bug) })
  const delay = new DelayLayer(createRamdisk({ name: 'disk0', sizeBytes: 8 * MIB }))
  const [disk, other] = [device.addUnit(delay), device.addUnit(createRamdisk({ name: 'disk1', sizeBytes: MIB }))]
  const group = device.portGroup({ targetName: NAME, tag: 1, relativePortId: 1 })
  group.mapLuns(
    undefined,
    [disk, disk, other].map((unit, lun) => ({ lun, unit })),
  )
  const server = new TargetServer({ slab, timers })
  const portalGroup = { tag: 1, portals: [PORTAL], parameters: DEFAULT_LOGIN_PARAMETERS, access: openAccess }
  await server.serve({ name: NAME, portalGroups: [{ ...portalGroup, enabled: true, router: group }] })
  const { port = 0 } = server.addressOf(PORTAL) ?? {}
  const session = await connect({ ...PORTAL, port, target: NAME, attentions: 'command', keepAlive: false })
  for (const lun of [0, 1, 2]) await session.lun(lun).ready()
  return {
    ...{ device, group, disk, delay, session },
    async [Symbol.asyncDispose]() {
      delay.hold(undefined)
      delay.release()
      session.destroy()
      await server.close()
      stop()
      expect([slab.takenBytes, bugs]).toEqual([0, []])
    },
  }
}

/** A write of so many bytes, and how it ends, in a word. */
function write(session: Session, lun: number, { lba, bytes }: { lba: number; bytes: Uint8Array }) {
  const { result } = session.execute({ lun, cdb: write10(lba, bytes.length), write: bytes })
  const ended = { how: 'not yet' }
  const good = ({ status, sense }: CommandResult): void => {
    if (status !== Status.good) throw new ScsiError('a write', status, sense)
  }
  void outcomeOf(result.then(good)).then(how => (ended.how = how))
  return ended
}

async function manyTurns(): Promise<void> {
  for (let i = 0; i < 100; i++) await turn()
}

it('a LUN that is taken away under load ends its writes when the store has them, others run on', async () => {
  await using served = await serve()
  const { delay, group, session } = served
  delay.hold({ operations: ['write'] })
  const kept = pattern(4096, { seed: 2 })
  const long = write(session, 0, { lba: 4096, bytes: pattern(2 * MIB, { seed: 1 }) })
  const short = Array.from({ length: 8 }, (_, at) => write(session, 0, { lba: at * 8, bytes: kept }))
  const other = write(session, 1, { lba: 1024, bytes: kept })
  await until(() => delay.held >= 10)
  const removed = group.unmapLun(undefined, 0)
  await manyTurns()
  expect([long, ...short, other].map(({ how }) => how)).toEqual(new Array(10).fill('not yet'))
  delay.hold(undefined)
  delay.release()
  await removed
  await until(() => other.how !== 'not yet' && [long, ...short].every(({ how }) => how !== 'not yet'))
  expect(new Set([long, ...short].map(({ how }) => how))).toEqual(new Set(['logicalUnitNotSupported']))
  expect(other.how).toBe('good')
  for (const lun of [1, 2]) await session.lun(lun).ready()
  expect(await session.lun(1).read(1024, 8)).toEqual(kept)
})

it('a disk that is removed under load ends its writes when the store has them, and leaves the others', async () => {
  await using served = await serve()
  const { delay, device, disk, session } = served
  delay.hold({ operations: ['write'] })
  const writes = [0, 1].map(lun => write(session, lun, { lba: lun * 4096, bytes: pattern(MIB, { seed: 3 }) }))
  await until(() => delay.held >= 2)
  const removed = device.removeUnit(disk)
  await manyTurns()
  expect(writes.map(({ how }) => how)).toEqual(['not yet', 'not yet'])
  delay.hold(undefined)
  delay.release()
  await removed
  await until(() => writes.every(({ how }) => how !== 'not yet'))
  expect(writes.map(({ how }) => how)).toEqual(['logicalUnitNotSupported', 'logicalUnitNotSupported'])
  await session.lun(2).ready()
})

it('a session that ends while its LUN is taken away waits for the store, and nothing is left', async () => {
  await using served = await serve()
  const { delay, group, session } = served
  delay.hold({ operations: ['write'] })
  const writing = write(session, 0, { lba: 0, bytes: pattern(MIB, { seed: 4 }) })
  await until(() => delay.held >= 1)
  const removed = group.unmapLun(undefined, 0)
  session.destroy()
  await until(() => writing.how !== 'not yet')
  await manyTurns()
  delay.hold(undefined)
  delay.release()
  await removed
  expect([writing.how, [...group.nexuses].length]).toEqual(['lost', 0])
})
