import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { succeed } from '../harness/outcome.ts'

/** The Nodes that the packages are used on: too old, the oldest for libraries and for lunkitd, and the newest of each line. */
const NODES = { old: '20', oldest: '22.12.0', oldestOfLunkitd: '22.15.0', 22: '22', 24: '24', 26: '26' } as const

/** For one installation; npm has little to say about how far it is. */
const TIMEOUT_MS = 120_000

/** One of them, installed. */
export interface Node {
  readonly version: string
  /** The program. */
  readonly path: string
}

/** All of them. */
export type Nodes = Readonly<Record<keyof typeof NODES, Node>>

/** Has npm install them below a directory. */
export async function installNodes(directory: string): Promise<Nodes> {
  const found: [string, Node][] = []
  for (const [name, range] of Object.entries(NODES)) found.push([name, await install(join(directory, name), range)])
  return Object.fromEntries(found) as Nodes
}

async function install(directory: string, range: string): Promise<Node> {
  const name = `node-linux-${process.arch}`
  await mkdir(directory)
  await writeFile(join(directory, 'package.json'), '{ "private": true }')
  await succeed('npm', ['install', '--no-audit', '--no-fund', '--no-save', `${name}@${range}`], {
    cwd: directory,
    timeoutMs: TIMEOUT_MS,
  })
  const root = join(directory, 'node_modules', name)
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  return { version, path: join(root, 'bin', 'node') }
}
