import { readdir, readFile, stat } from 'node:fs/promises'
import { ControlClient } from '@lunkit/control/client'
import { connect } from '@lunkit/initiator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { Daemon } from '../harness/daemon.ts'
import { Scratch } from '../harness/scratch.ts'
import { Bugs } from './bugs.ts'

const IQN = 'iqn.2026-11.io.lunkit.test:crash'
const PASSWORD = 'a-secret-of-chap'
const served = { iqn: IQN, stores: [{ plugin: 'ramdisk', name: 'a', sizeBytes: 2 ** 20 }] } as const
/** Its heap is to be exhausted soon. */
const SMALL_HEAP = '--max-old-space-size=96'

let scratch: Scratch
let bugs: Bugs
let daemon: Daemon
beforeEach(async () => {
  scratch = await Scratch.create('crash')
  bugs = new Bugs(scratch)
  await start()
})
afterEach(async () => {
  daemon.signal('SIGKILL')
  await daemon.ended()
  await scratch.remove()
})

async function start(): Promise<void> {
  const environment = { ...bugs.environment, LUNKIT_TEST_SECRET: PASSWORD }
  const nodeArguments = [...bugs.nodeArguments, SMALL_HEAP]
  daemon = await Daemon.start(served, scratch.directory, { environment, nodeArguments })
}

const crashes = () => scratch.path('state/crashes')
const reports = async () => (await readdir(crashes())).filter(name => !name.startsWith('running.'))

/** Has it flush the disk in memory, where a bug strikes; resolves with what comes of that. */
async function flush(): Promise<string> {
  const { host, port } = daemon.address(0)
  const session = await connect({ host, port, target: IQN, keepAlive: false })
  const unit = session.lun(0)
  await unit.ready()
  const outcome = await outcomeOf(unit.synchronizeCache())
  session.destroy()
  return outcome
}

/** Starts it again; resolves with what it and `status` say of the end before, and the text of the one report. */
async function told(): Promise<{ warning: string; wrong: readonly string[]; text: string }> {
  await start()
  const warning = daemon.records.find(({ msg }) => msg.includes('did not end as it should'))?.msg ?? ''
  const { health, troubles } = await new ControlClient({ path: scratch.path('control.sock') }).call('status')
  expect(health).toBe('ok')
  const [name = '', ...others] = await reports()
  expect(others).toEqual([])
  expect(warning).toContain(name)
  const path = `${crashes()}/${name}`
  const text = await readFile(path, 'utf8')
  expect(text).not.toContain(PASSWORD)
  return { warning, wrong: troubles.map(({ wrong }) => wrong), text }
}

const gone = expect.stringMatching(/^the lunkitd that was started at \S+ did not end as it should$/)

describe('an end that is none of an order', () => {
  it('by a bug leaves a report with its stack, for root alone, which the next start and status tell of', async () => {
    bugs.order('engine', 'throw')
    expect(await flush()).toBe('lost')
    expect(await daemon.ended()).toBe('SIGKILL')
    const [name = ''] = await reports()
    expect((await stat(`${crashes()}/${name}`)).mode & 0o777).toBe(0o600)
    const { wrong, text } = await told()
    expect(wrong).toContainEqual(gone)
    const report = JSON.parse(text) as { lastLines: string[] }
    expect(report).toMatchObject({
      how: 'a bug of lunkit',
      error: { message: 'a planted bug', stack: expect.stringContaining('synchronize-cache.ts') },
      statistics: { counted: { connectionsAccepted: 1 } },
      configuration: { path: scratch.path('saveconfig.json') },
    })
    expect(report.lastLines.at(-1)).toContain('a bug of lunkit: ending by SIGKILL')
    expect(JSON.parse(await readFile(scratch.path('state/state.json'), 'utf8'))).toBeTypeOf('object')
  })

  it('by SIGKILL is told at the next start, with what was noted until then', async () => {
    await daemon.kill()
    const { wrong, text } = await told()
    expect(wrong).toContainEqual(gone)
    expect(JSON.parse(text)).toMatchObject({ how: expect.stringMatching(/^it said nothing: SIGKILL/) })
  })

  it('for want of heap leaves the report of Node, without the environment', async () => {
    bugs.order('engine', 'exhaustHeap')
    await flush()
    expect(await daemon.ended()).toBe('SIGABRT')
    const { wrong, text } = await told()
    expect(wrong).toContainEqual(gone)
    expect(JSON.parse(text)).toMatchObject({ header: { event: expect.stringContaining('heap') } })
  })

  it('is told of no run that an order has ended', async () => {
    await daemon.stop()
    await start()
    expect(daemon.log).not.toContain('did not end as it should')
    expect(await reports()).toEqual([])
    await daemon.stop()
  })
})
