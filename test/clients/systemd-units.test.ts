import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'

const UNITS = ['target/systemd/lunkitd.service', 'exporter/systemd/lunkit-exporter.service']
const TIMEOUT_MS = 30_000

const pathOf = (file: string): string => fileURLToPath(new URL(`../../apps/${file}`, import.meta.url))

describe('the units for systemd', () => {
  let scratch: Scratch
  beforeAll(async () => {
    scratch = await Scratch.create('units')
  })
  afterAll(() => scratch.remove())

  it.each(UNITS)('%s is exposed less than 3.0, as systemd-analyze counts it', async unit => {
    const args = ['security', '--offline=true', '--threshold=29', '--no-pager', pathOf(unit)]
    const { code, stdout } = await run(findTool('systemd-analyze'), args, { timeoutMs: TIMEOUT_MS })
    expect(stdout).toContain(`Overall exposure level for ${basename(unit)}`)
    expect(code).toBe(0)
  })

  it.each(UNITS)('%s has nothing that systemd does not understand', async unit => {
    // It looks whether the programs are there, too.
    const text = (await readFile(pathOf(unit), 'utf8')).replaceAll('/usr/local/bin', scratch.path('bin'))
    await mkdir(scratch.path('bin'), { recursive: true })
    for (const program of ['lunkitd', 'lunkit-exporter']) {
      await writeFile(scratch.path(`bin/${program}`), '#!/bin/sh\n')
      await chmod(scratch.path(`bin/${program}`), 0o755)
    }
    await writeFile(scratch.path(basename(unit)), text)
    const args = ['verify', '--man=no', '--recursive-errors=no', scratch.path(basename(unit))]
    const { code, stdout, stderr } = await run(findTool('systemd-analyze'), args, { timeoutMs: TIMEOUT_MS })
    expect(`${stdout}${stderr}`).toBe('')
    expect(code).toBe(0)
  })

  it.each([
    ['systemd-sysusers', 'lunkit.sysusers.conf', 'lunkit:'],
    ['systemd-tmpfiles', 'lunkit.tmpfiles.conf', ''],
  ] as const)('%s takes %s', async (program, file, made) => {
    const root = scratch.path(program)
    await mkdir(`${root}/etc`, { recursive: true })
    const how = program === 'systemd-tmpfiles' ? ['--create'] : []
    const args = [`--root=${root}`, ...how, pathOf(`target/systemd/${file}`)]
    const { code, stderr } = await run(findTool(program), args, { timeoutMs: TIMEOUT_MS })
    expect({ code, stderr: stderr.replace(/^Creating group .*\n/, '') }).toEqual({ code: 0, stderr: '' })
    expect(await readFile(`${root}/etc/group`, 'utf8').catch(() => '')).toContain(made)
  })
})
