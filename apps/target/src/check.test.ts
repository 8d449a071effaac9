import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ExitCode } from './exit-code.ts'
import { run } from './run.ts'
import { saveConfig } from './testing/save-config.ts'

const LIO_FILE = fileURLToPath(new URL('../../../test/fixtures/lio/saveconfig.json', import.meta.url))

async function call(...args: string[]): Promise<{ code: ExitCode; out: string; err: string }> {
  const out: string[] = []
  const err: string[] = []
  const terminal = { out: (line: string) => out.push(line), err: (line: string) => err.push(line), serving: () => {} }
  const code = await run(args, {}, terminal)
  return { code, out: out.join('\n'), err: err.join('\n') }
}

describe('lunkitd', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkitd-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('--check reads the file that a real LIO wrote and says what it would serve and keep', async () => {
    const { code, out, err } = await call('--config', LIO_FILE, '--check')
    expect({ code, err }).toEqual({ code: ExitCode.ok, err: '' })
    expect(out).toContain(`${LIO_FILE} is sound.`)
    expect(out).toContain('LUN 0: fileio/disk0, /disk.img')
    for (const kept of ['block storage objects', 'pscsi storage objects', 'the fabric loopback'])
      expect(out).toContain(kept)
  })

  it('--check creates nothing and takes no notice of files that are missing', async () => {
    const config = join(directory, 'saveconfig.json')
    const disk = { plugin: 'fileio', name: 'd', dev: join(directory, 'disk.img'), size: 4096 }
    await writeFile(config, saveConfig([disk, { ...disk, name: 'e', dev: '/nonexistent/disk.img' }]))
    expect(await call('--config', config, '--check')).toMatchObject({ code: ExitCode.ok, err: '' })
    expect(await readdir(directory)).toEqual(['saveconfig.json'])
  })

  it.each([
    ['{"targets": [', 'targets[0] (line 1, column 14): is not JSON: the text ends'],
    ['[]', '(the whole file): is an empty list; right is an object that describes a configuration'],
    ['{"targets": 5}', 'targets: is 5; right is a list of targets'],
    [
      '{"lunkit": {"limits": {"conections": 5}}}',
      'lunkit.limits.conections: is not known; right is one of connections,',
    ],
    [
      '{"lunkit": {"limits": {"text_keys": 1}}}',
      'lunkit.limits.text_keys: is 1; right is a whole number from 32 to 4096',
    ],
  ])('--check ends with 78 and says where %s is wrong', async (text, message) => {
    const config = join(directory, 'saveconfig.json')
    await writeFile(config, text)
    const { code, out, err } = await call('--config', config, '--check')
    expect({ code, out }).toEqual({ code: ExitCode.configuration, out: '' })
    expect(err).toContain(`lunkitd: ${config}: ${message}`)
  })

  it('--check ends with 78 when there is no file', async () => {
    const missing = join(directory, 'nope.json')
    expect(await call('--config', missing, '--check')).toEqual({
      code: ExitCode.configuration,
      out: '',
      err: `lunkitd: the configuration ${missing} cannot be read: there is no such file`,
    })
    expect((await call('--config', directory, '--check')).err).toContain('it is a directory; give the file in it')
  })

  it('--help and --version print and end with 0', async () => {
    expect(await call('--help')).toMatchObject({ code: ExitCode.ok, out: expect.stringContaining('lunkitd --demo') })
    expect(await call('--version')).toMatchObject({
      code: ExitCode.ok,
      out: expect.stringMatching(/^lunkitd \d+\.\d+\.\d+/),
    })
  })

  it('ends with 64 and points to --help when it does not know an option', async () => {
    expect(await call('--frobnicate')).toEqual({
      code: ExitCode.usage,
      out: '',
      err: "lunkitd: Unknown option '--frobnicate'. Try lunkitd --help",
    })
  })
})
