import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Tarball } from '../../scripts/tarballs.ts'
import { type Outcome, run, succeed } from '../harness/outcome.ts'
import type { Node } from './nodes.ts'
import { complianceUnder, PROGRAM, TYPED } from './programs.ts'

/** An empty project of somebody else's, with vitest 3, into which the packages were installed. */
export class Project {
  readonly directory: string
  /** What npm said of the installation. */
  readonly installation: Outcome

  private constructor(directory: string, installation: Outcome) {
    this.directory = directory
    this.installation = installation
  }

  /** Makes one and installs into it. */
  static async create(directory: string, tarballs: readonly Tarball[], flags: readonly string[]): Promise<Project> {
    await mkdir(directory)
    const manifest = { private: true, type: 'module', scripts: { which: 'node -p process.execPath' } }
    await writeFile(join(directory, 'package.json'), JSON.stringify(manifest))
    await writeFile(join(directory, 'program.js'), PROGRAM)
    await writeFile(join(directory, 'typed.ts'), TYPED)
    await writeFile(join(directory, 'vitest.test.js'), complianceUnder('vitest'))
    await writeFile(join(directory, 'node.js'), complianceUnder('node:test'))
    const npm = async (...wanted: string[]) =>
      succeed('npm', ['install', '--no-audit', '--no-fund', ...wanted], { cwd: directory, timeoutMs: 150_000 })
    await npm('--save-dev', 'vitest@3', '@types/node@24')
    // Under --omit=optional npm would also take from the project what vitest needs: its binaries are optional dependencies.
    return new Project(directory, await npm(...flags, ...tarballs.map(({ path }) => path)))
  }

  path(...names: string[]): string {
    return join(this.directory, ...names)
  }

  /** Starts the daemon's demo on a Node, ends it by SIGTERM once it serves, and says what it printed and how it ended. */
  async serveDemo(node: Node): Promise<{ readonly url: string | undefined; readonly code: number | null }> {
    const args = [this.path('node_modules', '.bin', 'lunkitd'), '--demo', '--portal', '127.0.0.1:0']
    const child = spawn(node.path, args, { cwd: this.directory, stdio: ['ignore', 'pipe', 'ignore'] })
    const ended = once(child, 'close')
    let url: string | undefined
    for await (const line of createInterface({ input: child.stdout })) {
      if (url !== undefined) continue
      url = /iscsi:\/\/\S+/.exec(line)?.[0]
      if (url !== undefined) child.kill('SIGTERM')
    }
    const [code] = (await ended) as [number | null]
    return { url, code }
  }

  /** Runs a program of the project on a Node. */
  run(node: Node, ...args: string[]): Promise<Outcome> {
    return run(node.path, args, { cwd: this.directory, timeoutMs: 50_000, env: { NODE_OPTIONS: '', NODE_PATH: '' } })
  }
}
