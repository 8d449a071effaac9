import { describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import type { BugPlace } from './bugs.ts'
import { Ledger } from './ledger.ts'
import { outcomesUntil, Rig } from './rig.ts'
import { VerifiedLoad } from './verified-load.ts'

const MIB = 2 ** 20
const disks = [
  { name: 'disk0', sizeBytes: 8 * MIB },
  { name: 'memory', sizeBytes: 8 * MIB, plugin: 'ramdisk' },
] as const
const ofMemory = 1

describe('a bug of our own', () => {
  it.each<[BugPlace]>([['engine'], ['store'], ['ring']])(
    'in the %s ends lunkitd at once and loudly; what was acknowledged is there when it starts again',
    async place => {
      await using rig = await Rig.start({ disks, bugs: true })
      const load = new VerifiedLoad({ units: await rig.units(2), ledger: new Ledger(64), depth: 4 })
      const inMemory = await rig.unit(ofMemory)
      await load.goesOn(100)
      rig.bugs.order(place, 'throw')
      // For the one that waits in the disk in memory; the load passes the others.
      expect(await outcomesUntil('lost', () => inMemory.read(0, 8))).not.toContain('internalTargetFailure')
      expect(await rig.daemon.ended()).toBe('SIGKILL')
      await load.stop()
      const last = rig.daemon.records.at(-1)
      expect(last).toMatchObject({ level: 60, msg: 'a bug of lunkit: ending by SIGKILL' })
      expect(last).toMatchObject({ err: { message: 'a planted bug', stack: expect.stringContaining('.ts:') } })
      await rig.restart()
      await load.ledger.checkUnit(await rig.unit())
    },
  )

  it('in the handler of a PDU ends that connection, is told, and nobody else notices', async () => {
    await using rig = await Rig.start({ disks, bugs: true })
    rig.expected.push(/^connection ended by a bug of lunkit$/)
    const load = new VerifiedLoad({ units: await rig.units(2), ledger: new Ledger(64), depth: 4 })
    await load.goesOn(100)
    const { session } = await rig.unit(ofMemory)
    expect(Buffer.from(await session.ping(Buffer.from('are you there?'))).toString()).toBe('are you there?')
    rig.bugs.order('connection', 'throw')
    expect(await outcomeOf(session.ping(Buffer.from('are you there?')))).toBe('lost')
    expect(await rig.logged(/^connection ended by a bug of lunkit$/)).toMatchObject({
      level: 50,
      err: { message: 'a planted bug' },
    })
    await load.goesOn(200)
    await load.stop()
    expect([...load.failures]).toEqual([])
    const again = await rig.unit(ofMemory)
    expect((await again.session.ping(Buffer.from('again'))).length).toBe(5)
    expect(rig.timesLogged(/bug of lunkit/)).toBe(1)
  })
})
