import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NoDaemonError } from '@lunkit/control'
import { ControlClient } from '@lunkit/control/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Logger } from '../log/logger.ts'
import { Control } from './control.ts'
import type { ControlParts } from './control-parts.ts'
import { ControlUnusable } from './control-unusable.ts'

let directory = ''
let said: (readonly [level: string, text: string])[] = []
const at = (level: string) => (_: object, text: string) => void said.push([level, text])
const log = { info: at('info'), warn: at('warn'), error: at('error') } as unknown as Logger

beforeEach(() => {
  said = []
  directory = mkdtempSync(join(tmpdir(), 'lunkitd-control-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('the control socket at its default place', () => {
  it('is made with its directory, through which others than root may go', async () => {
    const path = join(directory, 'run', 'control.sock')
    const control = await Control.open({ path, named: false }, log)
    expect(statSync(join(directory, 'run')).mode & 0o777).toBe(0o755)
    expect(said).toEqual([['info', expect.stringContaining(`control socket ${path}`)]])
    await control?.close()
  })

  it.each([
    [false, 'warn'],
    [true, 'info'],
  ])('is done without where it cannot be made, which is said (quietly: %s)', async (quiet, level) => {
    writeFileSync(join(directory, 'run'), '')
    const path = join(directory, 'run', 'control.sock')
    expect(await Control.open({ path, named: false }, log, { quiet })).toBeUndefined()
    expect(said).toEqual([[level, expect.stringContaining('there is no control socket, lunkitd serves without one: ')]])
    await expect(Control.open({ path, named: true }, log)).rejects.toThrow(ControlUnusable)
  })

  it('is done without where another process has it', async () => {
    const path = join(directory, 'control.sock')
    const control = await Control.open({ path, named: false }, log)
    said = []
    expect(await Control.open({ path, named: false }, log)).toBeUndefined()
    expect(said).toEqual([['warn', expect.stringContaining('is the socket of another process')]])
    await control?.close()
  })
})

it('a control API that cannot be loaded is said, and ends nothing but its socket', async () => {
  const path = join(directory, 'control.sock')
  const control = await Control.open({ path, named: true }, log)
  control?.serve(undefined as unknown as ControlParts)
  await expect(new ControlClient({ path }).call('status')).rejects.toThrow(NoDaemonError)
  await control?.close()
  expect(said.at(-1)).toEqual(['error', expect.stringContaining(`nobody answers at ${path}: `)])
})
