import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { warnOfExposure } from './exposure.ts'

const SECRET = '{"chap_password": "twelve-letters"}'

describe('the modes of what lunkitd reads and keeps', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkitd-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  /** What is said of a configuration and of a state directory with these modes. */
  async function said(configMode: number, stateMode: number, text = SECRET): Promise<readonly string[]> {
    const config = join(directory, 'saveconfig.json')
    const stateDirectory = join(directory, 'state')
    await writeFile(config, text)
    await mkdir(stateDirectory)
    await chmod(config, configMode)
    await chmod(stateDirectory, stateMode)
    const lines: string[] = []
    await warnOfExposure(
      { warn: (_facts: object, line: string) => lines.push(line.replaceAll(directory, '')) } as never,
      {
        config,
        stateDirectory,
      },
    )
    return lines
  }

  it.each([0o600, 0o700, 0o611])('are right where others can neither read secrets nor write: %o', async mode => {
    expect(await said(mode, 0o755)).toEqual([])
  })

  it.each([
    [0o640, '0640'],
    [0o604, '0604'],
    [0o4604, '4604'],
  ])('let others read secrets: %o', async (mode, shown) => {
    expect(await said(mode, 0o700)).toEqual([
      `/saveconfig.json has mode ${shown}: others than its owner may read it, and it contains secrets; ` +
        'right is chmod 600 /saveconfig.json',
    ])
  })

  it.each([0o620, 0o602])('let others change what is served: %o', async mode => {
    expect(await said(mode, 0o700)).toEqual([
      expect.stringContaining(
        'others than its owner may change it, and with it what is served to whom; right is chmod',
      ),
    ])
  })

  it('let others read what is no secret', async () => {
    expect(await said(0o644, 0o700, '{"chap_password": ""}')).toEqual([])
  })

  it.each([0o720, 0o702])('let others change what is kept: %o', async mode => {
    expect(await said(0o600, mode)).toEqual([
      `/state has mode 0${mode.toString(8)}: others than its owner may change what lunkitd keeps; right is chmod 700 /state`,
    ])
  })

  it('are nothing to warn of where there is neither', async () => {
    const lines: string[] = []
    const log = { warn: (_facts: object, line: string) => lines.push(line) } as never
    await warnOfExposure(log, { config: join(directory, 'no'), stateDirectory: join(directory, 'nothing') })
    expect(lines).toEqual([])
  })
})
