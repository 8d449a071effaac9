import { resolve } from 'node:path'
import { formatSecretReference, planServing, type SecretReference, secretReferences } from '@lunkit/config'
import { load, UnusableConfiguration } from './configuration.ts'
import { ExitCode } from './exit-code.ts'
import { explainPlan } from './explain.ts'
import { type FileLook, lookAtFile } from './files/file-look.ts'
import { judgeFiles } from './files/judged-files.ts'
import { withMounts } from './files/mount-look.ts'
import { foreseeFaults } from './foreseen-faults.ts'
import { foreseeSerials } from './foreseen-serials.ts'
import type { Request } from './options.ts'
import { SecretBook } from './secrets/secret-book.ts'
import { MountMemory } from './state/mount-memory.ts'
import { lookAtState } from './state/state-look.ts'
import { shortcomings, summarize, summaryLine } from './summary.ts'
import type { Terminal } from './terminal.ts'

/** What asks lunkitd only to look. */
export type CheckRequest = Extract<Request, { kind: 'check' }>

/**
 * Says how much of a configuration would be served, to whom, and what would not and why. It reads the configuration and
 * looks at the files that it names; it opens, creates and binds nothing.
 */
export async function check(
  { config, strict, stateDirectory }: CheckRequest,
  terminal: Terminal,
  look: FileLook = lookAtFile,
): Promise<ExitCode> {
  try {
    const asked = await load(config)
    const references = secretReferences(asked)
    const secrets = new SecretBook()
    await secrets.read(references)
    const loaded = planServing(asked, reference => secrets.find(reference))
    const configuration = resolve(config.path)
    const { state, words } = await lookAtState(stateDirectory, configuration)
    const mounts = new MountMemory({ kept: state.mounts, log: { warn: () => {} } })
    const judged = await judgeFiles(loaded, { look: withMounts(look, mounts) })
    const { plan, files, refused } = judged
    terminal.out(`${config.path}: ${summaryLine(summarize(plan))}`)
    for (const line of explainPlan(plan, files)) terminal.out(line)
    if (references.length > 0) terminal.out('\nSecrets that stand elsewhere:')
    for (const line of secretLines(references, secrets)) terminal.out(line)
    const disks = { plans: plan.storage, configuration }
    for (const line of [...foreseeSerials(disks, state), ...foreseeFaults(disks, state)]) terminal.out(line)
    if (words.length > 0) terminal.out(`\nState directory (${stateDirectory}):`)
    for (const line of words) terminal.out(`  ${line}`)
    if (refused.length > 0) terminal.out('\nFiles that are no disks:')
    for (const { key, path, why } of refused) terminal.out(`  ${key} is not served: ${why}\n    at ${path}`)
    const missed = strict ? shortcomings(judged) : []
    for (const line of missed) terminal.err(`lunkitd: ${config.path}: --strict: ${line}`)
    return missed.length === 0 ? ExitCode.ok : ExitCode.incomplete
  } catch (error) {
    if (!(error instanceof UnusableConfiguration)) throw error
    for (const line of error.lines) terminal.err(`lunkitd: ${line}`)
    return ExitCode.configuration
  }
}

/** Whether each secret can be read. */
function secretLines(references: readonly SecretReference[], secrets: SecretBook): ReadonlySet<string> {
  const lines = references.map(reference => {
    const { secret, concern } = secrets.find(reference)
    const can = secret === undefined ? `cannot be had: ${concern}` : 'can be read'
    return `  ${formatSecretReference(reference)} ${can}`
  })
  return new Set(lines)
}
