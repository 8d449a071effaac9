import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ExitCode } from './exit-code.ts'
import { run } from './run.ts'
import { saveConfig, TARGET_NAME } from './testing/save-config.ts'

const LIO_FILE = fileURLToPath(new URL('../../../test/fixtures/lio/saveconfig.json', import.meta.url))

async function call(...args: string[]): Promise<{ code: ExitCode; out: string; err: string }> {
  const out: string[] = []
  const err: string[] = []
  const terminal = { out: (line: string) => out.push(line), err: (line: string) => err.push(line), serving: () => {} }
  const code = await run(args, {}, terminal)
  return { code, out: out.join('\n'), err: err.join('\n') }
}

const rd = { plugin: 'ramdisk', name: 'rd0', size: 1_048_576 }

describe('lunkitd', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkitd-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('--check reads the file that a real LIO wrote and says what it would serve and keep', async () => {
    const noDevice = join(directory, 'loop0')
    const noScsi = join(directory, 'sda')
    const lio = await readFile(LIO_FILE, 'utf8')
    const text = lio.replaceAll('/dev/loop0', noDevice).replaceAll('/dev/sda', noScsi)
    const { config, code, out, err } = await checked(text)
    expect({ code, err }).toEqual({ code: ExitCode.ok, err: '' })
    expect(out).toContain(`${config}: 2 of 4 LUNs would be served, to 1 initiator by name and to any other.`)
    expect(out).toContain('LUN 0: fileio/disk0, /disk.img')
    expect(out).toContain(`LUN 0: block/blk0, not served: cannot open ${noDevice}: there is no such device; plug it in`)
    expect(out).toContain(`LUN 1: pscsi/ps0, not served: cannot open ${noScsi}: there is no such device; plug it in`)
    expect(out).toContain('the fabric loopback')
  })

  /** Checks a file with this text. */
  async function checked(text: string, ...options: string[]) {
    const config = join(directory, 'saveconfig.json')
    await writeFile(config, text)
    return { config, ...(await call('--config', config, '--check', ...options)) }
  }

  it('--check creates nothing, and says which files would be created and which cannot be', async () => {
    const disk = { plugin: 'fileio', name: 'd', dev: join(directory, 'disk.img'), size: 4096 }
    const { config, ...told } = await checked(saveConfig([disk, { ...disk, name: 'e', dev: '/nonexistent/disk.img' }]))
    expect(told).toMatchObject({ code: ExitCode.ok, err: '' })
    expect(told.out).toContain(`${config}: 1 of 2 LUNs would be served, to any initiator.`)
    expect(told.out).toContain(`LUN 0: fileio/d, ${disk.dev} (missing; would be created with 4.0KiB)`)
    expect(told.out).toContain(
      'LUN 1: fileio/e, not served: cannot open /nonexistent/disk.img: its directory does not exist',
    )
    expect(told.out.split('\n\n').at(-1)).toBe(
      'Files that are no disks:\n  fileio/e is not served: cannot open /nonexistent/disk.img: its directory does not exist, ' +
        'or is none; create it, or give another path\n    at storage_objects[1]',
    )
    expect(await readdir(directory)).toEqual(['saveconfig.json'])
  })

  it('--check names no files that are no disks where all may be some, and how large those are', async () => {
    await writeFile(join(directory, 'a.img'), Buffer.alloc(4096))
    const disk = { plugin: 'fileio', name: 'a', dev: join(directory, 'a.img') }
    const { out } = await checked(saveConfig([{ ...disk, size: 8192 }]))
    expect(out).not.toContain('Files that are no disks')
    expect(out).toContain(
      `LUN 0: fileio/a, ${disk.dev} (has 4.0KiB; the size is to be 8.0KiB), write-through, 512-byte`,
    )
    for (const same of [disk, { ...disk, size: 4096 }])
      expect((await checked(saveConfig([same]))).out).toContain(`LUN 0: fileio/a, ${disk.dev} (4.0KiB), write-through,`)
  })

  it('--check says where nothing is mounted any more, and where nothing may be created', async () => {
    const mountPoint = join(directory, 'images')
    await mkdir(mountPoint)
    const disk = { plugin: 'fileio', name: 'd', dev: join(mountPoint, 'disk.img'), size: 4096 }
    const files = { [disk.dev]: { mountPoint, source: '/dev/vdb1', fileSystem: 'xfs' } }
    await writeFile(join(directory, 'mounts.json'), JSON.stringify({ files }))
    const { out } = await checked(saveConfig([disk]), '--state', directory)
    expect(out).toContain(`it does not exist, and ${mountPoint} was a mount before (/dev/vdb1, xfs) and is none now`)
    const forbidden = await checked(saveConfig([disk], {}, { lunkit: { create_files: false } }))
    expect(forbidden.out).toContain('it does not exist, and may not be created (create)')
    expect(await readdir(mountPoint)).toEqual([])
  })

  it('--check says that a state cannot be read, and goes on', async () => {
    const state = join(directory, 'state')
    await mkdir(join(state, 'state.json'), { recursive: true })
    const { out, code } = await checked(saveConfig([rd]), '--state', state)
    expect(out).toContain(
      `  the state in ${state} cannot be read: EISDIR: illegal operation on a directory, read (EISDIR)`,
    )
    expect(code).toBe(ExitCode.ok)
  })

  it('--check names the disks whose flush failed, those too that the configuration does not have', async () => {
    const wwn = '245a36c0-d927-482f-a8a8-d76bbaaf75ba'
    const at = '2026-11-28T12:00:00.000Z'
    const cause = { code: 'EIO', errno: 5, call: 'fdatasync' }
    const entries = [
      { serial: wwn.toUpperCase(), at, fault: 'flushFailed', cause },
      { serial: 'another', at, fault: 'noSpace' },
    ]
    const sections = { faults: { version: 1, entries } }
    const written = JSON.stringify({ format: 'lunkit-state', version: 2, sections, configurations: {} })
    await writeFile(join(directory, 'state.json'), written)
    const disk = { plugin: 'fileio', name: 'd', dev: join(directory, 'disk.img'), size: 4096, wwn }
    const { out } = await checked(saveConfig([disk, rd]), '--state', directory)
    const since = `at ${at}, and nobody has cleared that: it refuses writes and flushes`
    expect(out.split('\n').slice(-3)).toEqual([
      'Disks whose flush failed, so that acknowledged writes may be lost:',
      `  fileio/d: a flush failed (fdatasync: EIO) ${since}`,
      `  the disk with the serial number another, which is not in this configuration: a flush failed ${since}`,
    ])
  })

  it('--check says whose a state is that is not this configuration’s, nor this machine’s, and changes nothing', async () => {
    const text = JSON.stringify({
      format: 'lunkit-state',
      version: 2,
      machine: 'another',
      sections: { serials: { version: 1, entries: [{ disk: 7 }] } },
      configurations: { '/etc/other.json': {} },
    })
    await writeFile(join(directory, 'state.json'), text)
    const { out, code } = await checked(saveConfig([rd]), '--state', directory)
    expect(out.split('\n').slice(-4)).toEqual([
      `State directory (${directory}):`,
      `  a part of the state in ${directory} cannot be used and would be kept aside: 1 serial numbers in it cannot be read`,
      expect.stringContaining(`  ${directory} was made on another machine`),
      expect.stringContaining(`  ${directory} has the state of /etc/other.json, and none of ${directory}/`),
    ])
    expect(code).toBe(ExitCode.ok)
    expect((await readdir(directory)).sort()).toEqual(['saveconfig.json', 'state.json'])
    expect(await readFile(join(directory, 'state.json'), 'utf8')).toBe(text)
  })

  const openTo = (initiator: string) => ({ node_wwn: initiator, mapped_luns: [{ index: 0, tpg_lun: 0 }] })
  const ruleFor = (initiators: string) => ({
    ...{ target: TARGET_NAME, tag: 1, initiators },
    mapped_luns: [{ index: 0, tpg_lun: 0 }],
  })
  const chap = { authentication: 1, generate_node_acls: 1 }

  it.each<[string, string, string]>([
    ['everything', saveConfig([rd]), '1 of 1 LUNs would be served, to any initiator.'],
    [
      'LUNs for some',
      saveConfig([rd], { node_acls: [openTo('iqn.2026-11.com.example:a'), openTo('iqn.2026-11.com.example:b')] }),
      '1 of 1 LUNs would be served, to 2 initiators by name and to any other.',
    ],
    [
      'LUNs for a network',
      saveConfig([rd], { attributes: { authentication: 0 } }, { lunkit: { access_rules: [ruleFor('192.0.2.0/24')] } }),
      '1 of 1 LUNs would be served, to those of 1 access rule.',
    ],
    [
      'LUNs for networks, by name and for others',
      saveConfig(
        [rd],
        { node_acls: [openTo('iqn.2026-11.com.example:a')] },
        { lunkit: { access_rules: ['192.0.2.0/24', '2001:db8::/32'].map(ruleFor) } },
      ),
      '1 of 1 LUNs would be served, to 1 initiator by name and to those of 2 access rules and to any other.',
    ],
    ['nothing', '{}', '0 of 0 LUNs would be served, and nobody could log in.'],
    ['no login', saveConfig([rd], { attributes: chap }), '0 of 1 LUNs would be served, and nobody could log in.'],
    ['no portal', saveConfig([rd], { portals: [] }), '0 of 1 LUNs would be served, and nobody could log in.'],
    [
      'nothing to who may log in',
      saveConfig([rd], { attributes: { authentication: 0 }, node_acls: [{ node_wwn: 'iqn.2026-11.com.example:a' }] }),
      '0 of 1 LUNs would be served, to 1 initiator by name.',
    ],
    [
      'what is wrong not',
      saveConfig([rd, { plugin: 'user', name: 'z', config: 'x' }, { plugin: 'ramdisk', name: 'small', size: 1 }]),
      '1 of 3 LUNs would be served, to any initiator.',
    ],
  ])('--check counts, and says to whom: %s', async (_what, text, line) => {
    const { config, out, code } = await checked(text)
    expect([out.split('\n')[0], code]).toEqual([`${config}: ${line}`, ExitCode.ok])
  })

  it('--check --strict ends with 0 where all would be served as the file says', async () => {
    expect(await checked(saveConfig([rd]), '--strict')).toMatchObject({ code: ExitCode.ok, err: '' })
    const lio = { ...rd, attributes: { emulate_3pc: 1, emulate_pr: 1 } }
    expect(await checked(saveConfig([lio]), '--strict')).toMatchObject({ code: ExitCode.ok, err: '' })
  })

  const twice = { plugin: 'fileio', dev: '/nonexistent/disk.img', size: 4096 }
  it.each<[string, string, readonly string[]]>([
    ['nothing is there', '{}', ['there is no LUN to serve', 'nobody could log in']],
    [
      'all logins are refused',
      saveConfig([rd], { attributes: chap }),
      [
        '1 of 1 LUNs would not be served',
        'nobody could log in',
        'in 1 place something is refused, because it restricts access or protects data',
      ],
    ],
    [
      'a portal group has no portal',
      saveConfig([rd], { portals: [] }),
      [
        '1 of 1 LUNs would not be served',
        'nobody could log in',
        'iqn.2026-11.com.example:test, portal group 1, has no portal',
      ],
    ],
    ['a plugin is not built', saveConfig([rd, { plugin: 'qcow9', name: 'q' }]), ['1 of 2 LUNs would not be served']],
    [
      'a file is named twice',
      saveConfig([{ ...twice, name: 'a' }, { ...twice, name: 'b' }, rd]),
      [
        '2 of 3 LUNs would not be served',
        'the file of fileio/a is no disk',
        'in 1 place something is refused, because it restricts access or protects data',
      ],
    ],
    [
      'a value is wrong',
      saveConfig([{ ...rd, attributes: { queue_depth: 0 } }]),
      ['in 1 place something is wrong in the file'],
    ],
    [
      'two values are wrong',
      saveConfig([rd, { ...rd, name: 'rd1' }].map(each => ({ ...each, attributes: { queue_depth: 0 } }))),
      ['in 2 places something is wrong in the file'],
    ],
    ['a key is not known', saveConfig([rd], { colour: 'red' }), ['in 1 place something is not known here']],
    [
      'discovery is refused',
      saveConfig([rd], {}, { fabric_modules: [{ name: 'iscsi', discovery_enable_auth: true }] }),
      ['in 1 place something is refused, because it restricts access or protects data'],
    ],
  ])('--check --strict ends with 65 and says why: %s', async (_what, text, lines) => {
    const { config, code, err } = await checked(text, '--strict')
    expect(code).toBe(65)
    expect(err.split('\n')).toEqual(lines.map(line => `lunkitd: ${config}: --strict: ${line}`))
  })

  it('--strict is for --check', async () => {
    expect(await call('--strict')).toMatchObject({
      code: ExitCode.usage,
      err: expect.stringContaining('--strict is for --check'),
    })
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
