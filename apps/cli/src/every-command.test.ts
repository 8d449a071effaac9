import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { commandsOf } from './commands/commands.ts'
import { groupsOf } from './commands/value-groups.ts'
import type { KindOfNode } from './shell/nodes.ts'
import { CliBench } from './testing/cli-bench.ts'

const TARGET = '/iscsi/iqn.2026-11.com.example:disks'
const INITIATOR = 'iqn.1994-05.com.redhat:one'
const TREE = [
  '/backstores/ramdisk create rd0 1M wwn=6f9a1f9e-1f9e-4c3e-8f9a-1f9e4c3e8f9a',
  '/backstores/fileio create file /srv/file.img 1M wwn=7f9a1f9e-1f9e-4c3e-8f9a-1f9e4c3e8f9a',
  '/backstores/ramdisk/rd0/alua create own 7',
  `/iscsi create ${TARGET.slice(7)}`,
  `${TARGET}/tpg1/luns create /backstores/ramdisk/rd0`,
  `${TARGET}/tpg1/acls create ${INITIATOR}`,
]
/** A node of each kind. */
const NODES: readonly (readonly [path: string, kind: KindOfNode])[] = [
  ['/', 'root'],
  ['/backstores', 'backstores'],
  ['/backstores/ramdisk', 'plugin'],
  ['/backstores/fileio', 'plugin'],
  ['/backstores/block', 'plugin'],
  ['/backstores/pscsi', 'plugin'],
  ['/backstores/ramdisk/rd0', 'storageObject'],
  ['/backstores/ramdisk/rd0/alua', 'aluaGroups'],
  ['/backstores/ramdisk/rd0/alua/own', 'aluaGroup'],
  ['/iscsi', 'fabric'],
  [TARGET, 'target'],
  [`${TARGET}/tpg1`, 'tpg'],
  [`${TARGET}/tpg1/acls`, 'acls'],
  [`${TARGET}/tpg1/acls/${INITIATOR}`, 'acl'],
  [`${TARGET}/tpg1/acls/${INITIATOR}/mapped_lun0`, 'mappedLun'],
  [`${TARGET}/tpg1/luns`, 'luns'],
  [`${TARGET}/tpg1/luns/lun0`, 'lun'],
  [`${TARGET}/tpg1/portals`, 'portals'],
  [`${TARGET}/tpg1/portals/0.0.0.0:3260`, 'portal'],
]

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(async () => {
  await bench.restart()
  bench.files.set('/srv/file.img', { existed: true, sizeBytes: 1_048_576 })
  await bench.all(...TREE)
})
afterAll(() => bench.close())

/** What a line prints, without what differs from one run to the next. */
async function said(line: string): Promise<string> {
  const { out, err, code } = await bench.run([line])
  const lines = [`$ ${line}`, ...out, ...err.map(each => `! ${each}`), ...(code === 0 ? [] : [`= ${code}`])]
  return lines
    .join('\n')
    .replaceAll(bench.directory, 'DIRECTORY')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'SERIAL')
    .replace(/alias: [0-9a-f]{10}$/gm, 'alias: RANDOM')
    .replace(/iqn\.2003-01\.org\.linux-iscsi\.\S+/g, 'NAME')
}

async function answers(lines: readonly string[]): Promise<string> {
  const told: string[] = []
  for (const line of lines) told.push(await said(line))
  return told.join('\n')
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
const ofRoot = commandsOf({ kind: 'root', name: '' }, 'lunkit')
/** The commands that a node has and the root has not; all, for the root. */
const ownCommands = (path: string, kind: KindOfNode): string[] =>
  [...commandsOf({ kind, name: nameOf(path) }, 'lunkit')]
    .filter(([name, command]) => kind === 'root' || ofRoot.get(name) !== command)
    .map(([name]) => name)

describe('each command of each kind of node', () => {
  it.each(NODES)('is explained: %s', async (path, kind) => {
    const names = ownCommands(path, kind)
    expect(await answers([`${path} help`, ...names.map(name => `${path} help ${name}`)])).toMatchSnapshot('help')
  })

  it.each(NODES)('says what is wrong with a parameter that it does not have: %s', async (path, kind) => {
    expect(await answers(ownCommands(path, kind).map(name => `${path} ${name} nosuch=1`))).toMatchSnapshot(
      'no such parameter',
    )
  })
})

describe('each group of values', () => {
  it.each(NODES)('is shown, and explained: %s', async (path, kind) => {
    const groups = [...(kind === 'root' ? ['global'] : []), ...(groupsOf[kind] ?? []).map(({ name }) => name)]
    const lines = groups.flatMap(group => [`${path} get ${group}`, `${path} set ${group}`])
    expect(await answers([`${path} info`, `${path} ls`, `${path} status`, ...lines])).toMatchSnapshot('values')
  })

  it.each(NODES.filter(([, kind]) => kind in groupsOf))('says what each may be: %s', async (path, kind) => {
    const lines: string[] = []
    for (const { name } of groupsOf[kind] ?? []) {
      const { out } = await bench.run([`${path} get ${name}`])
      const names = out.flatMap(line => /^(\w+)=/.exec(line)?.slice(1) ?? [])
      lines.push(...names.map(each => `${path} set ${name} ${each}=frob`))
    }
    expect(await answers(lines)).toMatchSnapshot('no such value')
  })
})
