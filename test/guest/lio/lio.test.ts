import { readFile, writeFile } from 'node:fs/promises'
import type { Json } from '@lunkit/config'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManagedMachine } from '../../clients/managed-machine.ts'
import { LoopDevice } from '../../faults/loop-device.ts'
import { Guest } from '../guest.ts'
import { documentDifferences } from './document-differences.ts'
import { KernelLio, type LioState } from './kernel-lio.ts'
import { addresses, lioLines, trees } from './lio-trees.ts'
import {
  documentPaths,
  idle,
  kernelLines,
  type LineDifference,
  readLines,
  restoreErrors,
  treeLines,
  unlisted,
  unlistedValues,
  withoutListed,
} from './listed-differences.ts'

const minuteMs = 60_000

describe("a Debian kernel's LIO", () => {
  let machine: ManagedMachine
  let guest: Guest
  let lio: KernelLio
  let devices = 0
  const seen = { errors: [] as string[], log: [] as string[], paths: [] as string[] }

  beforeAll(async () => {
    machine = await ManagedMachine.start('guest-lio', { ownNetwork: true, addresses })
    const { directory } = machine.scratch
    guest = await Guest.boot(directory)
    lio = await KernelLio.load(guest, { share: `${directory}/share`, directory, addresses })
  }, 15 * minuteMs)

  afterAll(async () => {
    await guest?.stop()
    await machine?.stop()
  }, 2 * minuteMs)

  it.each(Object.keys(trees))(
    'takes back what lunkit has saved, and shows the same tree: %s',
    async name => {
      const lunkit = await told(trees[name]?.(machine.scratch.directory) ?? [])
      const theirs = await lio.restored(lunkit.saved)
      expect(unlisted(theirs.errors, restoreErrors)).toEqual([])
      expect(unlisted(theirs.log, kernelLines)).toEqual([])
      const [ours, other] = [lunkit.tree, theirs.tree]
      expect(compared(ours, treeLines[name] ?? [], 'lunkit')).toEqual(compared(other, treeLines[name] ?? [], 'lio'))
      const differences = documentDifferences(JSON.parse(lunkit.saved) as Json, JSON.parse(theirs.saved) as Json)
      expect(unlistedValues(differences)).toEqual([])
      seen.errors.push(...theirs.errors)
      seen.log.push(...theirs.log)
      seen.paths.push(...differences.map(({ path }) => path))
      expect(await read(theirs)).toEqual({ saved: theirs.saved, tree: theirs.tree })
    },
    5 * minuteMs,
  )

  it('has only such differences to lunkit as are listed, and all of those', () => {
    expect(idle(seen.errors, restoreErrors)).toEqual([])
    expect(idle(seen.log, kernelLines)).toEqual([])
    expect(idle(seen.paths, documentPaths)).toEqual([])
  })

  it(
    'makes a tree of its own, of which lunkit keeps every byte and shows the same',
    async () => {
      const { directory } = machine.scratch
      const loop = `truncate -s 64M ${directory}/loop.img; losetup /dev/loop0 ${directory}/loop.img`
      const theirs = await lio.made(lioLines(directory), loop)
      expect(theirs.errors).toEqual([])
      const { saved, tree } = await read(theirs)
      expect(saved).toBe(theirs.saved)
      expect(compared(tree, readLines, 'lunkit')).toEqual(compared(theirs.tree, readLines, 'lio'))
    },
    5 * minuteMs,
  )

  /** Does lines of lunkit in the place of all there was; each is done, or refused as targetcli would have it. */
  async function told(lines: readonly string[]): Promise<Pick<LioState, 'tree' | 'saved'>> {
    await machine.targetcli('clearconfig confirm=True')
    const script = machine.scratch.path('lines')
    await writeFile(script, [...lines, 'exit', ''].join('\n'))
    const { code, stderr } = await machine.run('sh', ['-c', `targetcli < ${script}`])
    console.log(`${lines.length} lines, refused: ${stderr.split('\n').length >> 1}`)
    expect(code).toBe(0)
    return shown()
  }

  /** Has lunkit read what LIO has saved, and save it again; its loop device is one of this machine. */
  async function read({ saved }: LioState): Promise<Pick<LioState, 'tree' | 'saved'>> {
    // Of this machine's devices only those are opened that were made here.
    using device = await LoopDevice.make(machine.scratch, `medium${devices++}`, { sizeBytes: 64 * 2 ** 20 })
    await machine.daemon.reload(saved.replaceAll('/dev/loop0', device.path))
    expect((await machine.targetcli('saveconfig')).code).toBe(0)
    const { saved: written, tree } = await shown()
    await machine.targetcli('clearconfig confirm=True')
    const there = (text: string): string => text.replaceAll(device.path, '/dev/loop0')
    return { saved: there(written), tree: tree.map(there) }
  }

  async function shown(): Promise<Pick<LioState, 'tree' | 'saved'>> {
    const { stdout } = await machine.targetcli('ls')
    const saved = await readFile(machine.scratch.path('saveconfig.json'), 'utf8')
    return { tree: stdout.split('\n').filter(line => line !== ''), saved }
  }
})

/** A tree as far as it is to be the same. */
const compared = (tree: readonly string[], differences: readonly LineDifference[], whose: 'lunkit' | 'lio') =>
  withoutListed(
    tree,
    differences.flatMap(each => each[whose]),
  )
