import { connect } from '@lunkit/initiator'
import { expect, it, onTestFinished } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { Daemon } from '../harness/daemon.ts'
import { parseExposition } from '../harness/exposition-parser.ts'
import { freePort } from '../harness/free-port.ts'
import { Scratch } from '../harness/scratch.ts'
import { Bugs } from './bugs.ts'
import { until } from './rig.ts'

const IQN = 'iqn.2026-11.io.lunkit.test:metrics-death'
const served = { iqn: IQN, stores: [{ plugin: 'ramdisk', name: 'a', sizeBytes: 2 ** 20 }] } as const
const ENDED = /^the thread that serves metrics has ended, it is started again$/

it('a thread that serves metrics and dies is followed by another one at its address, and no initiator notices', async () => {
  const scratch = await Scratch.create('metrics-death')
  const bugs = new Bugs(scratch)
  const port = await freePort()
  const args = ['--metrics', `127.0.0.1:${port}`]
  const { environment, nodeArguments } = bugs
  const daemon = await Daemon.start(served, scratch.directory, { environment, nodeArguments, args })
  onTestFinished(async () => {
    daemon.signal('SIGKILL')
    await daemon.ended()
    await scratch.remove()
  })
  const at = daemon.address(0)
  const session = await connect({ host: at.host, port: at.port, target: IQN, keepAlive: false })
  const unit = session.lun(0)
  await unit.ready()
  /** How many reads are told. */
  const reads = async (): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
    const { samples = [] } = parseExposition(await answer.text()).get('lunkit_lun_operations_total') ?? {}
    return samples.find(({ labels }) => labels['op'] === 'read' && labels['lun'] === 'ramdisk/a')?.value ?? Number.NaN
  }
  const isLogged = (): boolean => daemon.records.some(({ msg }) => ENDED.test(msg))

  await unit.read(0, 1)
  expect(await reads()).toBe(1)
  bugs.order('metrics', 'exit')
  await expect(reads()).rejects.toThrow('fetch failed')
  await until('it is told', isLogged)
  expect(await outcomeOf(unit.read(0, 1))).toBe('good')
  await until('it is there again', () => reads().then(Number.isInteger, () => false))
  expect(await reads()).toBe(2)
  expect(Buffer.from(await session.ping(Buffer.from('again'))).toString()).toBe('again')

  session.destroy()
  await daemon.stop({ errors: [ENDED] })
})
