import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { parseRequest } from './options.ts'
import { USAGE } from './usage.ts'

const UNIT = new URL('../systemd/lunkitd.service', import.meta.url)

/** What the unit has systemd run, without the program, as systemd gives it. */
async function asked(setting: string): Promise<{ program: string; args: string[] }> {
  const unit = await readFile(UNIT, 'utf8')
  const [, line = ''] = new RegExp(`^${setting}=(.*)$`, 'm').exec(unit) ?? []
  const [program = '', ...args] = line.replace('$MAINPID', '4711').split(' ')
  return { program, args }
}

it('systemctl reload has the lunkitd that systemctl start has started take its configuration anew, and waits for it', async () => {
  const start = await asked('ExecStart')
  const reload = await asked('ExecReload')
  expect(reload.program).toBe(start.program)
  expect(parseRequest(start.args, {})).toMatchObject({ kind: 'serve', stateDirectory: '/var/lib/lunkit' })
  expect(parseRequest(reload.args, {})).toMatchObject({ kind: 'reload', pid: 4711, stateDirectory: '/var/lib/lunkit' })
  expect(USAGE).toContain('lunkitd --reload PID ')
})
