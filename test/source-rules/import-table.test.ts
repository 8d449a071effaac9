import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REPOSITORY } from './tracked-files.ts'

const PACKAGES = [
  'wire',
  'statistics',
  'pdu',
  'scsi',
  'scsi-engine',
  'backstores',
  'target',
  'initiator',
  'isns',
  'config',
  'control',
  'metrics',
  'lunkit',
]

/** A repository of the same shape: every line is an import, and each file breaks the rules named beside it. */
const PLANTED: { path: string; text: string; broken: string[] }[] = [
  { path: 'packages/wire/src/index.ts', text: "import '@lunkit/pdu'", broken: ['import-table-wire', 'no-cycles'] },
  { path: 'packages/isns/src/index.ts', text: "import '@lunkit/pdu'", broken: ['import-table-isns'] },
  { path: 'packages/statistics/src/index.ts', text: "import '@lunkit/scsi'", broken: ['import-table-statistics'] },
  { path: 'packages/pdu/src/index.ts', text: "import '@lunkit/wire'", broken: ['no-cycles'] },
  { path: 'packages/pdu/src/a.ts', text: "import '@lunkit/scsi'", broken: ['import-table-pdu'] },
  { path: 'packages/scsi/src/index.ts', text: 'export {}', broken: [] },
  { path: 'packages/scsi/src/transport/index.ts', text: 'export {}', broken: [] },
  { path: 'packages/scsi/src/socket.ts', text: "import 'node:net'", broken: ['no-sockets-or-files'] },
  { path: 'packages/scsi/src/file.ts', text: "import 'node:fs/promises'", broken: ['no-sockets-or-files'] },
  {
    path: 'packages/scsi-engine/src/index.ts',
    text: "import { ramdisk } from '@lunkit/backstores'",
    broken: ['import-table-scsi-engine'],
  },
  {
    path: 'packages/scsi-engine/src/a.ts',
    text: "import type { Store } from '@lunkit/backstores'",
    broken: ['import-table-scsi-engine'],
  },
  {
    path: 'packages/scsi-engine/src/b.ts',
    text: "import { StoreRequest } from '@lunkit/backstores/store'",
    broken: [],
  },
  { path: 'packages/backstores/src/index.ts', text: "import 'node:fs'", broken: [] },
  { path: 'packages/backstores/src/store/index.ts', text: 'export {}', broken: [] },
  { path: 'packages/backstores/src/socket.ts', text: "import 'net'", broken: ['no-sockets-in-stores'] },
  { path: 'packages/target/src/index.ts', text: "import '@lunkit/scsi/transport'", broken: [] },
  { path: 'packages/target/src/a.ts', text: "import '@lunkit/scsi'", broken: ['import-table-target'] },
  { path: 'packages/target/src/b.ts', text: "import type { X } from '@lunkit/scsi'", broken: ['import-table-target'] },
  { path: 'packages/target/src/c.ts', text: "import '@lunkit/scsi-engine'", broken: ['import-table-target'] },
  { path: 'packages/target/src/d.ts', text: "import 'fs'", broken: ['no-files-in-protocol'] },
  { path: 'packages/initiator/src/index.ts', text: "import '../../pdu/src/index.ts'", broken: [] },
  { path: 'packages/initiator/src/a.ts', text: "import '../../pdu/src/a.ts'", broken: ['by-the-door'] },
  { path: 'packages/initiator/src/b.ts', text: "import '@lunkit/pdu/src/a.ts'", broken: ['no-unresolved'] },
  { path: 'packages/config/src/index.ts', text: "import './a.ts'", broken: ['no-cycles'] },
  { path: 'packages/config/src/a.ts', text: "import './index.ts'", broken: ['no-cycles'] },
  { path: 'packages/config/src/type.ts', text: "import type { A } from './a.ts'", broken: [] },
  { path: 'packages/config/src/one.ts', text: "import type { B } from './other.ts'", broken: ['no-cycles'] },
  { path: 'packages/config/src/other.ts', text: "import type { A } from './one.ts'", broken: ['no-cycles'] },
  { path: 'packages/control/src/index.ts', text: "import '@lunkit/config'", broken: [] },
  { path: 'packages/control/src/a.ts', text: "import '@lunkit/pdu'", broken: ['import-table-control'] },
  { path: 'packages/control/src/methods/methods.ts', text: 'export type A = 1', broken: [] },
  { path: 'packages/control/src/methods/routes.ts', text: 'export {}', broken: [] },
  { path: 'packages/control/src/client/index.ts', text: "import '../methods/routes.ts'", broken: [] },
  { path: 'packages/control/src/client/a.ts', text: "import type { A } from '../methods/methods.ts'", broken: [] },
  {
    path: 'packages/control/src/client/b.ts',
    text: "import '../methods/methods.ts'",
    broken: ['no-server-in-clients'],
  },
  { path: 'packages/metrics/src/index.ts', text: "import '@lunkit/control/client'", broken: [] },
  { path: 'packages/metrics/src/a.ts', text: "import '@lunkit/control'", broken: ['import-table-metrics'] },
  { path: 'packages/lunkit/src/index.ts', text: "import 'vitest'", broken: ['no-tests-in-products'] },
  { path: 'packages/lunkit/src/a.test.ts', text: "import 'vitest'", broken: [] },
  {
    path: 'packages/lunkit/src/app.ts',
    text: "import '../../../apps/one/src/a.ts'",
    broken: ['import-table-lunkit', 'no-app-imports'],
  },
  { path: 'apps/one/src/a.ts', text: "import '@lunkit/target'", broken: [] },
  { path: 'apps/two/src/a.ts', text: "import '../../one/src/a.ts'", broken: ['no-app-imports'] },
  { path: 'apps/cli/src/start.ts', text: "import '@lunkit/initiator'", broken: ['no-server-in-the-cli'] },
  { path: 'apps/cli/src/early.ts', text: "import './disks/late.ts'", broken: ['no-server-in-the-cli'] },
  { path: 'apps/cli/src/asked.ts', text: "await import('./disks/late.ts')", broken: [] },
  { path: 'apps/cli/src/disks/late.ts', text: "import '@lunkit/initiator'", broken: [] },
  {
    path: 'apps/cli/src/disks/target.ts',
    text: "import '@lunkit/target'",
    broken: ['no-server-in-the-initiator-of-the-cli'],
  },
  { path: 'test/deep.ts', text: "import '../packages/pdu/src/a.ts'", broken: ['by-the-door-from-test'] },
]

let directory: string
let broken: Map<string, string[]>

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true })
  await writeFile(join(directory, path), text)
}

async function plant(): Promise<void> {
  await mkdir(join(directory, 'node_modules', '@lunkit'), { recursive: true })
  await symlink(join(REPOSITORY, 'node_modules', 'vitest'), join(directory, 'node_modules', 'vitest'))
  for (const name of PACKAGES) {
    await symlink(join(directory, 'packages', name), join(directory, 'node_modules', '@lunkit', name))
    await write(
      `packages/${name}/package.json`,
      await readFile(join(REPOSITORY, 'packages', name, 'package.json'), 'utf8'),
    )
  }
  for (const { path, text } of PLANTED) await write(path, `${text}\n`)
}

interface CruiseResult {
  modules: { source: string; dependencies: { rules?: { name: string }[] }[] }[]
}

async function cruise(): Promise<CruiseResult> {
  const program = join(REPOSITORY, 'node_modules', '.bin', 'depcruise')
  const args = ['--config', join(REPOSITORY, '.dependency-cruiser.cjs'), '-T', 'json', 'packages', 'apps', 'test']
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: directory, maxBuffer: 1 << 26 }, (_error, stdout, stderr) => {
      if (stdout === '') reject(new Error(`depcruise printed no report: ${stderr}`))
      else resolve(JSON.parse(stdout))
    })
  })
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkit-imports-'))
  await plant()
  broken = new Map(
    (await cruise()).modules.map(({ source, dependencies }) => [
      source,
      dependencies.flatMap(({ rules = [] }) => rules.map(rule => rule.name)),
    ]),
  )
})
afterAll(() => rm(directory, { recursive: true }))

describe('the check of imports', () => {
  it.each(PLANTED)('says of $path, which has $text: $broken', ({ path, broken: expected }) => {
    expect([...new Set(broken.get(path) ?? [])].sort()).toEqual([...expected].sort())
  })
})
