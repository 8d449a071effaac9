import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
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
    expect(await verified(scratch.path('plain'), unit, [])).toEqual({ code: 0, said: '' })
  })

  it.each<[string, readonly string[], number]>([
    ['block devices', ['lunkitd-block.conf'], 29],
    ['SCSI devices too', ['lunkitd-block.conf', 'lunkitd-scsi.conf'], 34],
  ])(
    'the drop-ins for %s say what systemd understands, and open no more than that',
    async (_what, dropIns, threshold) => {
      const folder = scratch.path(`with-${dropIns.length}`)
      const [unit = ''] = UNITS
      expect(await verified(folder, unit, dropIns)).toEqual({ code: 0, said: '' })
      // Offline it takes one file.
      const whole = [await readFile(`${folder}/lunkitd.service`, 'utf8')]
      for (const name of dropIns) whole.push(await readFile(pathOf(`target/systemd/${name}`), 'utf8'))
      await writeFile(`${folder}/whole.service`, whole.join('\n'))
      const args = ['security', '--offline=true', `--threshold=${threshold}`, '--no-pager', `${folder}/whole.service`]
      const { code, stdout } = await run(findTool('systemd-analyze'), args, { timeoutMs: TIMEOUT_MS })
      expect(code).toBe(0)
      expect(stdout).toMatch(/DeviceAllow=.*Service has a device ACL with some special devices.*block-\*:rw/)
    },
  )

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

/** What systemd-analyze says of a unit with drop-ins, in a folder that has the programs, for which it looks too. */
async function verified(
  folder: string,
  unit: string,
  dropIns: readonly string[],
): Promise<{ readonly code: number | undefined; readonly said: string }> {
  const file = `${folder}/${basename(unit)}`
  await mkdir(`${folder}/bin`, { recursive: true })
  await mkdir(`${file}.d`, { recursive: true })
  for (const program of ['lunkitd', 'lunkit-exporter']) {
    await writeFile(`${folder}/bin/${program}`, '#!/bin/sh\n')
    await chmod(`${folder}/bin/${program}`, 0o755)
  }
  await writeFile(file, (await readFile(pathOf(unit), 'utf8')).replaceAll('/usr/local/bin', `${folder}/bin`))
  for (const name of dropIns) await copyFile(pathOf(`target/systemd/${name}`), `${file}.d/${name}`)
  const args = ['verify', '--man=no', '--recursive-errors=no', file]
  const { code, stdout, stderr } = await run(findTool('systemd-analyze'), args, { timeoutMs: TIMEOUT_MS })
  return { code, said: `${stdout}${stderr}` }
}
