import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Scratch } from '../../harness/scratch.ts'
import { compilePrograms, type Programs } from '../programs.ts'
import { keepAwake } from './awake.ts'

/** The fields of /proc/PID/stat behind the command: proc(5) numbers the first of them 3, and `policy` 41. */
const POLICY = 41 - 3
const SCHED_IDLE = 5

let scratch: Scratch
let programs: Programs

beforeAll(async () => {
  scratch = await Scratch.create('awake')
  programs = await compilePrograms(scratch)
})

afterAll(() => scratch.remove())

/** The scheduling policies of a process's threads. */
function policies(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map(thread => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[POLICY])
  })
}

describe('cores that are kept awake', () => {
  it('have one thread each that gives way to everybody, until they may sleep again', async () => {
    const cores = await keepAwake(programs.awake)
    const idle = policies(cores.pid).filter(policy => policy === SCHED_IDLE)
    expect(idle).toHaveLength(availableParallelism())
    await cores[Symbol.asyncDispose]()
    expect(existsSync(`/proc/${cores.pid}`)).toBe(false)
  })

  it('are none where the program cannot be run', async () => {
    await expect(keepAwake('/bin/false')).rejects.toThrow('awake ended with 1 at start')
  })
})
