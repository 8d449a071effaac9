import { readdir, readFile, stat } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { BuggyLunkitd } from './buggy-lunkitd.ts'

const PASSWORD = 'a-secret-of-chap'
/** Its heap is to be exhausted soon. */
const SMALL_HEAP = '--max-old-space-size=96'

let buggy: BuggyLunkitd
beforeEach(async () => {
  buggy = await BuggyLunkitd.start('crash', async () => {
    return { environment: { LUNKIT_TEST_SECRET: PASSWORD }, nodeArguments: [SMALL_HEAP] }
  })
})
afterEach(() => buggy[Symbol.asyncDispose]())

const crashes = () => buggy.scratch.path('state/crashes')
const reports = async () => (await readdir(crashes())).filter(name => !name.startsWith('running.'))

/** Has it flush the disk in memory, where a bug strikes; resolves with what comes of that. */
async function flush(): Promise<string> {
  const session = await buggy.login()
  const unit = session.lun(0)
  await unit.ready()
  const outcome = await outcomeOf(unit.synchronizeCache())
  session.destroy()
  return outcome
}

/** Starts it again; resolves with what it and `status` say of the end before, and the text of the one report. */
async function told(): Promise<{ warning: string; wrong: readonly string[]; text: string }> {
  await buggy.startAgain()
  const warning = buggy.daemon.records.find(({ msg }) => msg.includes('did not end as it should'))?.msg ?? ''
  const { health, troubles } = await buggy.client().call('status')
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
    buggy.bugs.order('engine', 'throw')
    expect(await flush()).toBe('lost')
    expect(await buggy.daemon.ended()).toBe('SIGKILL')
    const [name = ''] = await reports()
    expect((await stat(`${crashes()}/${name}`)).mode & 0o777).toBe(0o600)
    const { wrong, text } = await told()
    expect(wrong).toContainEqual(gone)
    const report = JSON.parse(text) as { lastLines: string[] }
    expect(report).toMatchObject({
      how: 'a bug of lunkit',
      error: { message: 'a planted bug', stack: expect.stringContaining('synchronize-cache.ts') },
      statistics: { counted: { connectionsAccepted: 1 } },
      configuration: { path: buggy.scratch.path('saveconfig.json') },
    })
    expect(report.lastLines.at(-1)).toContain('a bug of lunkit: ending by SIGKILL')
    expect(JSON.parse(await readFile(buggy.scratch.path('state/state.json'), 'utf8'))).toBeTypeOf('object')
  })

  it('by SIGKILL is told at the next start, with what was noted until then', async () => {
    await buggy.daemon.kill()
    const { wrong, text } = await told()
    expect(wrong).toContainEqual(gone)
    expect(JSON.parse(text)).toMatchObject({ how: expect.stringMatching(/^it said nothing: SIGKILL/) })
  })

  it('for want of heap leaves the report of Node, without the environment', async () => {
    buggy.bugs.order('engine', 'exhaustHeap')
    await flush()
    expect(await buggy.daemon.ended()).toBe('SIGABRT')
    const { wrong, text } = await told()
    expect(wrong).toContainEqual(gone)
    expect(JSON.parse(text)).toMatchObject({ header: { event: expect.stringContaining('heap') } })
  })

  it('is told of no run that an order has ended', async () => {
    await buggy.daemon.stop()
    await buggy.startAgain()
    expect(buggy.daemon.log).not.toContain('did not end as it should')
    expect(await reports()).toEqual([])
    await buggy.daemon.stop()
  })
})
