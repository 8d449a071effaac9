import { readFile, truncate, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LoopDevice } from '../faults/loop-device.ts'
import { flatDocument } from './flat-document.ts'
import { ManagedMachine } from './managed-machine.ts'
import {
  type Difference,
  differences,
  lioFixture,
  refused,
  refusedByLunkitd,
  transcript,
  withoutDevice,
} from './transcript.ts'

type Storage = { readonly name: string; dev?: string; alua_tpgs: unknown }
type Document = { readonly storage_objects: Storage[] }

/** A command, and what it printed here and on LIO. */
type Replayed = {
  readonly command: string
  readonly code: number | undefined
  readonly ours: readonly string[]
  readonly theirs: readonly string[]
}

const lio = JSON.parse(lioFixture('saveconfig.json')) as Document
const ofLio = (name: string): Storage => storageIn(lio, name)

/** How a document comes to have what lunkitd refuses to make: as LIO's has it. */
const takenOver: Readonly<Record<string, (document: Document) => unknown>> = {
  'pscsi create name=ps0': document => {
    document.storage_objects.push({ ...ofLio('ps0'), dev: machine.scratch.path('dev/sda') })
  },
  'alua create name=siteb': document => {
    storageIn(document, 'disk0').alua_tpgs = ofLio('disk0').alua_tpgs
  },
}

/** What LIO saves otherwise than lunkit, and why. */
const savedOtherwise: readonly (readonly [lines: RegExp, reason: string])[] = [
  [/^\/storage_objects\/[^/]+\/attributes\//, 'what nobody has set is not written'],
  [/^\/targets\/.+\/(?:attributes|parameters)\//, 'what nobody has set is not written'],
  [/\/alua_tpgs(?:=\[\]$|\/default_tg_pt_gp\/)/, 'a default group that nobody has changed is not written'],
  [/^\/storage_objects\/[^/]+\/wwn=/, 'a serial number is made at random'],
  [/\/(?:mapped_)?luns\/\d+\/alias=/, 'an alias is made at random'],
  [/:host2\/mapped_luns\/5\/write_protect=/, 'targetcli 2.1.53 forgets write_protect=true'],
  [/:second\/tpgs\/1\/(?:luns|node_acls\/.+:host1\/mapped_luns)\/1\//, 'a device that is missing is no LUN'],
  [/^\/targets\/naa\.50014059c8ecfc44\//, 'lunkit makes no targets of the loopback fabric'],
]

/** Refused since a device is missing. */
const ofMissing = withoutDevice.map(({ command }) => command).filter(command => !command.includes('/acls '))

let machine: ManagedMachine
let device: LoopDevice
const replayed: Replayed[] = []

describe('the commands that a real targetcli was given, one after another, by lunkit to lunkitd', () => {
  beforeAll(async () => {
    machine = await ManagedMachine.start('transcript', { ownNetwork: true })
    await machine.targetcli('clearconfig confirm=True')
    await writeFile(machine.scratch.path('disk.img'), '')
    await truncate(machine.scratch.path('disk.img'), 2 ** 30)
    device = await LoopDevice.make(machine.scratch, 'medium', { sizeBytes: 64 * 2 ** 20 })
    for (const { text, lines } of transcript) {
      replayed.push({ command: text, theirs: lines, ...(await replay(text)) })
      const [, change] = Object.entries(takenOver).find(([command]) => text.includes(command)) ?? []
      if (change !== undefined) await apply(change)
    }
  })

  afterAll(async () => {
    try {
      await machine?.stop()
    } finally {
      device?.[Symbol.dispose]()
    }
  })

  it('print what it printed, but for the listed differences, each of which is there', () => {
    const found = replayed
      .map(({ command, ours, theirs }) => ({ command, lio: without(theirs, ours), lunkit: without(ours, theirs) }))
      .filter(({ lio: only, lunkit }) => only.length + lunkit.length > 0)
    expect(found.map(sorted)).toEqual(inOrder([...refusedByLunkitd, ...withoutDevice, ...differences]).map(sorted))
  })

  it('print it in the same order', () => {
    const others = replayed.filter(
      ({ ours, theirs }) =>
        ours.filter(line => theirs.includes(line)).join('\n') !== theirs.filter(line => ours.includes(line)).join('\n'),
    )
    expect(others.map(({ command }) => command)).toEqual([])
  })

  it('end with 1 where targetcli refused them, or lunkitd does, and else with 0', () => {
    const unserved = [...refusedByLunkitd.map(({ command }) => command), ...ofMissing]
    for (const { command, code } of replayed)
      expect({ command, code }).toEqual({ command, code: [...refused, ...unserved].includes(command) ? 1 : 0 })
  })

  it('draw the tree that it drew, line for line but for those', () => {
    const { ours = [], theirs = [] } = replayed.find(({ command }) => command === 'ls') ?? {}
    const { lio: only = [], lunkit = [] } = differences.find(({ command }) => command === 'ls') ?? {}
    expect(without(ours, lunkit)).toEqual(without(theirs, only))
    expect(without(theirs, only).length).toBe(46)
  })

  it('save what LIO saved, but for what is listed, each of which is there', async () => {
    const ours = flatDocument(here(await readFile(machine.scratch.path('saveconfig-rich.json'), 'utf8')))
    const theirs = flatDocument(lioFixture('saveconfig.json'))
    const onlyOurs = [...ours].filter(line => !theirs.has(line) && !line.startsWith('/lunkit/'))
    const found = [...onlyOurs, ...[...theirs].filter(line => !ours.has(line))]
    expect(found.filter(line => !savedOtherwise.some(([lines]) => lines.test(line)))).toEqual([])
    expect(savedOtherwise.filter(([lines]) => !found.some(line => lines.test(line)))).toEqual([])
  })
})

/** Has targetcli do it, here. */
async function replay(text: string): Promise<Pick<Replayed, 'code' | 'ours'>> {
  const { directory } = machine.scratch
  // Of SCSI devices a host has none that a test may have: that of the transcript is missing.
  const own = text.replace('/dev/loop0', device.path).replace('/dev/sda', machine.scratch.path('dev/sda'))
  const line = own.replace(/(=| )(?:\/host)?(\/(?:disk1?\.img|saveconfig-rich\.json))/, `$1${directory}$2`)
  const { code, stdout, stderr } = await machine.targetcli('--lio-echo-secrets', ...line.split(' '))
  // What lunkit has to say of an error stands behind what targetcli says.
  const [wrong = ''] = stderr.split('\n')
  const lines = [...stdout.split('\n'), wrong].filter(each => each !== '')
  // The transcript has of `get` the values alone.
  const told = / get \w+$/.test(text) ? lines.filter(each => /^\w+=[^=]|^\w+=$|GROUP$/.test(each)) : lines
  return { code, ours: told.map(here) }
}

/** Changes the document that is served, as a file has it. */
async function apply(change: (document: Document) => unknown): Promise<void> {
  const path = machine.scratch.path('changed.json')
  await machine.targetcli(`saveconfig ${path}`)
  const document = JSON.parse(await readFile(path, 'utf8')) as Document
  change(document)
  await writeFile(path, JSON.stringify(document))
  expect(await machine.run('lunkit', ['apply', path, '--yes'])).toMatchObject({ code: 0 })
}

/** A line as it would be where LIO's files lay; a line of the tree has more dots then. */
function here(line: string): string {
  const { directory } = machine.scratch
  const shorter = line
    .replaceAll(`${directory}/targetcli`, '/usr/bin/targetcli')
    .replaceAll(`${directory}/saveconfig-rich`, '/host/saveconfig-rich')
    .replaceAll(directory, '')
    .replaceAll(device.path, '/dev/loop0')
    .replace(/^wwn: [0-9a-f]{8}-.*$/, 'wwn: RANDOM')
  return shorter.replace(
    / (\.+) \[/,
    (_, dots: string) => ` ${dots.padEnd(dots.length + line.length - shorter.length, '.')} [`,
  )
}

const storageIn = ({ storage_objects }: Document, name: string): Storage => {
  const found = storage_objects.find(each => each.name === name)
  if (found === undefined) throw new Error(`there is no storage object ${name}`)
  return found
}

const without = (lines: readonly string[], others: readonly string[]): string[] =>
  lines.filter(line => !others.includes(line))

const sorted = ({ command, lio: only, lunkit }: Omit<Difference, 'reason'>): Omit<Difference, 'reason'> => ({
  ...{ command, lio: only.toSorted(), lunkit: lunkit.toSorted() },
})

/** Differences in the order of the transcript. */
const inOrder = (all: readonly Difference[]): Omit<Difference, 'reason'>[] =>
  transcript.flatMap(({ text }) =>
    all
      .filter(({ command }) => command === text)
      .map(({ command, lio: only, lunkit }) => ({ command, lio: only, lunkit })),
  )
