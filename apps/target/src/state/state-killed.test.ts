import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openState } from './state-opening.ts'

// It starts a process, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const OPENING = new URL('state-opening.ts', import.meta.url).href
const CONFIGURATION = '/saveconfig.json'
const log = { info: () => {}, warn: () => {}, error: () => {} }

/** Keeps changes in a state, many at a time, and says of each when it was acknowledged. */
const PROGRAM = `
import { openState } from ${JSON.stringify(OPENING)}
const place = { path: process.argv[1], named: true, configuration: '${CONFIGURATION}' }
const log = { info() {}, warn: console.error, error: console.error }
const { state } = await openState(place, log)
const at = new Date(0)
let next = 0
const run = async () => {
  for (;;) {
    const number = next++
    await state.faults.note(number + 'f', { at, fault: 'io' })
    console.log('noted ' + number)
    const id = await state.ports.idOf('iqn.2026-11.com.example:' + number, 1)
    console.log('port ' + number + ' ' + id)
    if (number % 3 !== 0) continue
    await state.faults.clear(number + 'f')
    console.log('cleared ' + number)
  }
}
await Promise.all([run(), run(), run()])
`

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-killed-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** Runs the program until it has acknowledged so many changes, then kills it; all that it acknowledged. */
async function acknowledged(count: number): Promise<readonly string[]> {
  const args = ['--conditions=source', '--input-type=module', '--eval', PROGRAM, directory]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  for await (const line of createInterface(child.stdout)) if (lines.push(line) === count) child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
  return lines
}

it('a state whose process is killed while it writes has all that was acknowledged, and no temporary file', async () => {
  const said = await acknowledged(100)
  const { state, release } = await openState(
    { path: directory, named: true, configuration: CONFIGURATION },
    log as never,
  )
  const contradicts: Readonly<Record<string, (number: string, id: string) => boolean>> = {
    port: (number, id) => state.ports.find({ target: `iqn.2026-11.com.example:${number}`, tag: 1 }) !== Number(id),
    // Every third one is cleared, or was about to be.
    noted: number => Number(number) % 3 !== 0 && state.faults.of(`${number}f`) === undefined,
    cleared: number => state.faults.of(`${number}f`) !== undefined,
  }
  const lost = said.filter(line => {
    const [what = '', number = '', id = ''] = line.split(' ')
    return contradicts[what]?.(number, id) !== false
  })
  expect(lost).toEqual([])
  expect(new Set(said.map(line => line.split(' ')[0]))).toEqual(new Set(['noted', 'port', 'cleared']))
  expect((await readdir(directory)).sort()).toEqual(['lock', 'state.json'])
  await release()
})
