import { cpus, release, totalmem } from 'node:os'
import { run } from '../../harness/outcome.ts'

/** On what was measured. */
export type Machine = {
  readonly processor: string
  readonly cores: number
  readonly memoryGib: number
  readonly kernel: string
  readonly node: string
  readonly compiler: string
  readonly tgt: string
  readonly directory: string
}

const timeoutMs = 10_000

/** Describes this machine; `directory` is where the files of the stores lie. */
export async function describeMachine(directory: string): Promise<Machine> {
  const [processor] = cpus()
  return {
    processor: processor?.model ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    compiler: await firstLine('gcc', ['--version']),
    tgt: await firstLine('dpkg-query', ['--show', '--showformat', '${Version}', 'tgt']),
    directory: await firstLine('findmnt', ['--noheadings', '--output', 'FSTYPE,OPTIONS', '--target', directory]),
  }
}

/** The last commit that changed what is measured, with a mark when it was changed since. */
export async function describeCommit(): Promise<string> {
  const measured = ['--', 'packages', 'apps']
  const commit = await firstLine('git', ['log', '-1', '--format=%h', '--abbrev=10', ...measured])
  const changed = await firstLine('git', ['status', '--porcelain', ...measured])
  return changed === '' ? commit : `${commit}-dirty`
}

async function firstLine(program: string, args: readonly string[]): Promise<string> {
  const outcome = await run(program, args, { timeoutMs }).catch(() => undefined)
  return outcome?.code === 0 ? (outcome.stdout.split('\n')[0]?.trim() ?? '') : 'unknown'
}
