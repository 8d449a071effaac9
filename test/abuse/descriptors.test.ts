import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '@lunkit/initiator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { succeed } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'
import { Attack, compileAttackers } from './attack.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:descriptors'
const store = { plugin: 'ramdisk', name: 'disk0', sizeBytes: 2 ** 20 } as const
const openFiles = 128
const limited = `--nofile=${openFiles}:${openFiles}`
const peers = { hogs: 0, drips: 0, idles: 400 } as const
const settleMs = 1000
const watchedMs = 3000
/** A process that spins on a descriptor that it cannot accept uses all of this. */
const mostCpuMs = watchedMs / 10

describe('lunkitd that has no descriptors left', () => {
  let scratch: Scratch
  let daemon: Daemon | undefined
  let attack: Attack | undefined

  beforeEach(async () => {
    scratch = await Scratch.create('descriptors')
    await compileAttackers(scratch.path('attackers'))
  })

  afterEach(async () => {
    await attack?.end()
    await daemon?.stop()
    await scratch?.remove()
  })

  it('closes what it cannot take, does not spin, serves on, and takes others when there is room again', async () => {
    daemon = await Daemon.start({ iqn, stores: [store] }, scratch.directory)
    const { host, port, iqn: target } = daemon.address(0)
    await using session = await connect({ host, port, target })
    const unit = session.lun(0)
    await unit.ready()
    await succeed(findTool('prlimit'), ['--pid', String(daemon.pid), limited], { timeoutMs: 5000 })

    attack = await Attack.start(scratch.path('attackers'), daemon.address(0), peers)
    await sleep(settleMs)
    expect((await readdir(`/proc/${daemon.pid}/fd`)).length).toBeLessThanOrEqual(openFiles + 1)
    expect((await attack.held()).idles).toBeLessThan(openFiles)
    const beforeMs = await cpuMs(daemon.pid)
    await sleep(watchedMs)
    expect((await cpuMs(daemon.pid)) - beforeMs).toBeLessThan(mostCpuMs)
    const data = Buffer.alloc(4096, 'x')
    await unit.write(0, data)
    expect(Buffer.compare(await unit.read(0, 8), data)).toBe(0)

    await attack.end()
    await sleep(settleMs)
    await using other = await connect({ host, port, target, initiatorName: 'iqn.2026-11.io.lunkit:late' })
    await other.lun(0).ready()
    expect(Buffer.compare(await other.lun(0).read(0, 8), data)).toBe(0)
  })

  it('says at its start how many connections that leaves, and refuses the others', async () => {
    const startedBy = [findTool('prlimit'), limited]
    daemon = await Daemon.start({ iqn, stores: [store] }, scratch.directory, { startedBy })
    // 64 are its own, and 2 those of the storage object.
    expect(daemon.records).toContainEqual(expect.objectContaining({ level: 40, openFiles, connections: 62 }))
    attack = await Attack.start(scratch.path('attackers'), daemon.address(0), peers)
    await sleep(settleMs)
    expect((await attack.held()).idles).toBe(62)
    await attack.end()
    await daemon.stop()
    expect(daemon.counted.connectionsRefusedInAll).toBeGreaterThan(0)
  })
})

/** CPU time of a process by now, user and system; a tick is 10 ms. */
async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
