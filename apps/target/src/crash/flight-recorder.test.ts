import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ManualLifeTimers } from '../testing/manual-life-timers.ts'
import { FlightRecorder } from './flight-recorder.ts'
import { LogTail } from './log-tail.ts'

let directory = ''
let before: Partial<typeof process.report>
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkitd-crash-'))
  const { directory: path, filename, compact, reportOnFatalError } = process.report
  before = { directory: path, filename, compact, reportOnFatalError }
})
afterEach(() => {
  Object.assign(process.report, before)
  rmSync(directory, { recursive: true })
})

/** A run in the directory. */
async function run() {
  const timers = new ManualLifeTimers()
  const tail = new LogTail()
  const warnings: string[] = []
  const log = { warn: (_: unknown, text?: string) => void warnings.push(text ?? '') }
  const recorder = new FlightRecorder(log, tail, timers)
  await recorder.begin({ stateDirectory: directory, configuration: join(directory, 'saveconfig.json') })
  return { recorder, timers, tail, warnings }
}

const crashes = () => join(directory, 'crashes')
const files = () => readdirSync(crashes()).sort()
const read = (name: string) => JSON.parse(readFileSync(join(crashes(), name), 'utf8')) as Record<string, unknown>

describe('a run that ends as it should', () => {
  it('leaves no report, and the next one knows of nothing', async () => {
    const first = await run()
    await first.recorder.ended()
    expect(files()).toEqual([])
    const second = await run()
    expect([second.recorder.lastCrash, second.warnings]).toEqual([undefined, []])
    await second.recorder.ended()
  })
})

describe('a run that ends by a bug', () => {
  it('leaves a report for root alone: the error, the last lines, what was counted, what the configuration is', async () => {
    writeFileSync(join(directory, 'saveconfig.json'), '{"password": "secret"}')
    const { recorder, tail } = await run()
    tail.add('{"msg":"the last line"}\n')
    recorder.count(() => ({ counted: { logins: 3 } }))
    const path = recorder.crashed(new Error('a bug', { cause: 'deeper' })) ?? ''
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(crashes()).mode & 0o777).toBe(0o700)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      pid: process.pid,
      how: 'a bug of lunkit',
      error: { message: 'a bug', stack: expect.stringContaining('.ts:'), cause: "'deeper'" },
      statistics: { counted: { logins: 3 } },
      lastLines: ['{"msg":"the last line"}'],
      configuration: { sizeBytes: 22, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
    expect(readFileSync(path, 'utf8')).not.toContain('secret')
  })

  it('is told at the next start, once', async () => {
    const first = await run()
    const report = first.recorder.crashed('no error at all')
    const second = await run()
    expect(second.recorder.lastCrash?.report).toBe(report)
    expect(second.warnings).toHaveLength(1)
    await second.recorder.ended()
    const third = await run()
    expect(third.recorder.lastCrash).toBeUndefined()
    await third.recorder.ended()
  })
})

describe('a run that ends without a word', () => {
  it('is found at the next start, which makes a report of what was noted last', async () => {
    const first = await run()
    first.tail.add('{"msg":"the last line"}')
    await first.timers.pass(1000)
    // The file system has its own time.
    await vi.waitFor(() => expect(read('running.json')['lastLines']).toHaveLength(1))
    const second = await run()
    expect(second.warnings[0]).toMatch(/^the lunkitd that was started at \S+ did not end as it should; a report is in /)
    const name = files().find(each => each.endsWith('-silent.json')) ?? ''
    expect(read(name)).toMatchObject({ pid: process.pid, lastLines: ['{"msg":"the last line"}'] })
    expect(String(read(name)['how'])).toMatch(/^it said nothing: SIGKILL, /)
    await second.recorder.ended()
  })

  it('together with the machine is told from one without', async () => {
    await run()
    const noted = read('running.json')
    writeFileSync(join(crashes(), 'running.json'), JSON.stringify({ ...noted, boot: 'another' }))
    const second = await run()
    expect(String(read(files().find(each => each.endsWith('-silent.json')) ?? '')['how'])).toMatch(
      /^the machine was started again/,
    )
    await second.recorder.ended()
  })

  it('while it was noted leaves nothing half written that would keep the next one from its start', async () => {
    await run()
    writeFileSync(join(crashes(), 'running.json'), '{"pid": 1')
    writeFileSync(join(crashes(), 'x.json.part'), '{')
    const second = await run()
    expect([second.recorder.lastCrash, second.warnings]).toEqual([undefined, []])
    expect(files()).toEqual(['running.json'])
    await second.recorder.ended()
  })
})

describe('reports', () => {
  it('are ten at most: the oldest go', async () => {
    const { recorder } = await run()
    for (let day = 10; day < 22; day++) writeFileSync(join(crashes(), `2026-01-${day}T00-00-00Z-1-bug.json`), '{}')
    recorder.crashed(new Error('a bug'))
    expect(files().filter(name => name !== 'running.json')).toHaveLength(10)
    expect(files()[0]).toBe('2026-01-13T00-00-00Z-1-bug.json')
    await recorder.ended()
  })

  it('are left nowhere where there is no state directory, and where it cannot be used, which is said', async () => {
    const warnings: string[] = []
    const log = { warn: (_: unknown, text?: string) => void warnings.push(text ?? '') }
    const recorder = new FlightRecorder(log, new LogTail(), new ManualLifeTimers())
    await recorder.begin({ stateDirectory: undefined, configuration: undefined })
    expect([recorder.crashed(new Error('a bug')), warnings]).toEqual([undefined, []])
    writeFileSync(join(directory, 'file'), '')
    await recorder.begin({ stateDirectory: join(directory, 'file'), configuration: undefined })
    expect(warnings[0]).toMatch(/^no report of a crash can be left: /)
  })
})

describe('reports of Node itself', () => {
  beforeEach(() => {
    process.execArgv.push('--report-exclude-env')
  })
  afterEach(() => {
    process.execArgv.pop()
  })

  it('lie beside the others', async () => {
    const { recorder } = await run()
    expect([process.report.directory, process.report.reportOnFatalError]).toEqual([crashes(), true])
    await recorder.ended()
  })

  it('lie where Node was told to put them', async () => {
    process.report.filename = 'report.json'
    const { recorder } = await run()
    expect([process.report.directory, process.report.filename]).toEqual(['', 'report.json'])
    await recorder.ended()
  })
})
