import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LoopDevice } from '../faults/loop-device.ts'
import { ManagedMachine } from './managed-machine.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Commands that a document shows one after another, and what it says that they print; undefined: it does not say. */
type Shown = { readonly commands: readonly string[]; readonly prints: string | undefined }

/** The blocks of a document: commands are `sh`, what they print is the block behind them that is of no language. */
async function shownBy(path: string): Promise<readonly Shown[]> {
  const text = await readFile(`${root}${path}`, 'utf8')
  const blocks = [...text.matchAll(/^( *)```(\w*)\n(.*?)^ *```$/gms)].map(
    ([, indent = '', language, content = '']) => ({
      language,
      lines: content.split('\n').map(line => line.slice(indent.length)),
    }),
  )
  return blocks.flatMap(({ language, lines }, at) => {
    if (language !== 'sh') return []
    const next = blocks[at + 1]
    const prints = next?.language === '' ? next.lines.join('\n') : undefined
    return [{ commands: lines.filter(line => line !== ''), prints }]
  })
}

/** As many dots as a tree has depend on how long the paths in it are. */
const undotted = (text: string): string => text.replaceAll(/\.{3,}/g, '...')

describe('the commands of', () => {
  let machine: ManagedMachine
  let device: LoopDevice

  beforeAll(async () => {
    // A target of theirs listens at every address, port 3260.
    machine = await ManagedMachine.start('documents', { ownNetwork: true })
    for (const directory of ['srv', 'lio', 'tgt']) await mkdir(machine.scratch.path(directory))
    const saved = await readFile(`${root}test/fixtures/lio/saveconfig.json`, 'utf8')
    device = await LoopDevice.make(machine.scratch, 'medium', { sizeBytes: 64 * 2 ** 20 })
    // Its disks lie in the root directory, which is not ours; nor is its device. A host has no SCSI device for a test: that one is kept.
    const moved = saved
      .replaceAll('/dev/loop0', device.path)
      .replace('"plugin": "pscsi"', '"plugin": "user"')
      .replace('/backstores/pscsi/ps0', '/backstores/user/ps0')
      .replaceAll(/"\/(disk1?\.img)"/g, (_, name: string) => JSON.stringify(machine.scratch.path(`srv/${name}`)))
    await writeFile(machine.scratch.path('lio/saveconfig.json'), moved)
  })

  afterAll(async () => {
    try {
      await machine?.stop()
    } finally {
      device?.[Symbol.dispose]()
    }
  })

  const here = (text: string): string =>
    text
      .replaceAll('/srv/lunkit', machine.scratch.path('srv'))
      .replaceAll('/etc/tgt', machine.scratch.path('tgt'))
      .replaceAll('/etc/target', machine.scratch.path('lio'))
      .replaceAll('/etc/lunkit', machine.scratch.directory)

  /** What they print, whatever comes of each. */
  async function printed(commands: readonly string[]): Promise<string> {
    const said: string[] = []
    for (const command of commands) {
      const { stdout, stderr } = await machine.shell(here(command))
      said.push(stdout + stderr)
    }
    return said.join('')
  }

  it('docs/operating/configure.md print what it says', async () => {
    for (const { commands, prints = '' } of await shownBy('docs/operating/configure.md'))
      expect(await printed(commands)).toBe(here(prints))
  })

  it.each(['docs/operating/secure.md', 'docs/operating/recover.md', 'docs/operating/tune.md', 'SECURITY.md'])(
    '%s print what it says, where it says that',
    async page => {
      await machine.targetcli('clearconfig confirm=True')
      await rm(machine.scratch.path('srv/disk0.img'), { force: true })
      const shown = await shownBy(page)
      expect(shown.length).toBeGreaterThan(1)
      for (const { commands, prints } of shown) {
        const said = await printed(commands)
        expect(undotted(said)).toBe(undotted(here(prints ?? said)))
      }
    },
  )

  it('the README make a first target, in six commands', async () => {
    await machine.targetcli('clearconfig confirm=True')
    const all = (await shownBy('README.md')).flatMap(({ commands }) => commands)
    const first = all.filter(command => command.startsWith('npx lunkit ')).map(command => command.replace('npx ', ''))
    expect(first).toHaveLength(6)
    const said = await printed(first)
    expect(said).toContain('Created LUN 0.\n')
    expect(said).toContain(`Configuration saved to ${machine.scratch.path('saveconfig.json')}\n`)
    expect((await machine.run('sh', ['-c', 'lunkit /iscsi status'])).stdout).toBe('Status for /iscsi: Targets: 1\n')
  })

  it('docs/operating/migrate-from-tgt.md print what it says, with the file that it shows', async () => {
    await machine.targetcli('clearconfig confirm=True')
    const text = await readFile(`${root}docs/operating/migrate-from-tgt.md`, 'utf8')
    const [, conf = ''] = /```conf\n(.*?)```/s.exec(text) ?? []
    await writeFile(machine.scratch.path('tgt/targets.conf'), here(conf))
    for (const name of ['mail', 'web']) await writeFile(machine.scratch.path(`srv/${name}.img`), Buffer.alloc(2 ** 20))
    for (const { commands, prints = '' } of await shownBy('docs/operating/migrate-from-tgt.md'))
      expect(await printed(commands)).toBe(here(prints))
  })

  it('docs/operating/migrate-from-lio.md take over what a real LIO has saved', async () => {
    const [check, copy, look] = await shownBy('docs/operating/migrate-from-lio.md')
    const checked = await machine.run('sh', ['-c', here(check?.commands.join('\n') ?? '')])
    expect(checked.code).toBe(0)
    expect(checked.stdout).toContain('iqn.')
    expect(await printed(copy?.commands ?? [])).toBe('')
    const applied = await machine.run('sh', ['-c', `lunkit apply ${machine.scratch.path('lio/saveconfig.json')} --yes`])
    expect([applied.code, applied.stderr]).toEqual([0, ''])
    const seen = await printed(look?.commands ?? [])
    expect(seen).toMatch(/^lunkitd .*: degraded\n/)
    expect(seen).toMatch(/ o- tpg1 /)
  })
})
