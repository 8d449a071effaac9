/** What lunkit says or draws otherwise than LIO's targetcli did in the transcript, and why. */
interface Difference {
  readonly lio: readonly string[]
  readonly lunkit: readonly string[]
  readonly reason: string
}

const dots = (count: number): string => '.'.repeat(count)

/** A mapped LUN that `write_protect=true` was said of. */
const WRITE_PROTECTED: Difference = {
  lio: [`  |   | |   o- mapped_lun5 ${dots(82)} [lun0 block/blk0 (rw)]`],
  lunkit: [`  |   | |   o- mapped_lun5 ${dots(82)} [lun0 block/blk0 (ro)]`],
  reason: 'targetcli 2.1.53 forgets write_protect=true: what was to be protected can be written',
}

/** A target of a fabric that lunkit does not serve. */
const NO_LOOPBACK: Difference = {
  lio: [
    `  o- loopback ${dots(105)} [Targets: 1]`,
    `  | o- naa.50014059c8ecfc44 ${dots(81)} [naa.5001405d14f2e64a]`,
    `  |   o- luns ${dots(108)} [LUNs: 0]`,
  ],
  lunkit: [`  o- loopback ${dots(105)} [Targets: 0]`],
  reason: 'lunkit makes no targets of the loopback fabric yet; those of a file are kept',
}

/** A target of a fabric that has a nexus, of a file. */
const NO_NEXUS: Difference = {
  lio: [`  | o- naa.50014059c8ecfc44 ${dots(81)} [naa.5001405d14f2e64a]`],
  lunkit: [`  | o- naa.50014059c8ecfc44 ${dots(98)} [...]`],
  reason: 'the nexus is made by the kernel at random when the target is, and no file has it',
}

/** Of the tree that the transcript's commands make. */
export const treeDifferences: readonly Difference[] = [WRITE_PROTECTED, NO_LOOPBACK]
/** Of the tree of the file that was saved after them. */
export const fileDifferences: readonly Difference[] = [NO_NEXUS]

/** Of what is printed of edits. */
export const wordDifferences: readonly Difference[] = [
  {
    lio: ['Created Node ACL for iqn.1994-05.com.redhat:host1', 'Created mapped LUN 1.', 'Created mapped LUN 0.'],
    lunkit: ['Created Node ACL for iqn.1994-05.com.redhat:host1', 'Created mapped LUN 0.', 'Created mapped LUN 1.'],
    reason: 'LIO goes through LUNs in the order of a directory of the kernel, lunkit in that of the configuration',
  },
]

/** The lines that lunkit has where LIO has these. */
export function asLunkit(lines: readonly string[], differences: readonly Difference[]): readonly string[] {
  if (lines.length === 0) return lines
  const text = `\n${lines.join('\n')}\n`
  const changed = differences.reduce(
    (found, { lio, lunkit }) => found.replace(`\n${lio.join('\n')}\n`, `\n${lunkit.join('\n')}\n`),
    text,
  )
  return changed.slice(1, -1).split('\n')
}

/** Those that are not in the lines, and so are differences no more. */
export function idleDifferences(
  lines: readonly string[],
  differences: readonly Difference[],
): readonly (readonly string[])[] {
  const text = `\n${lines.join('\n')}\n`
  return differences.filter(({ lio }) => !text.includes(`\n${lio.join('\n')}\n`)).map(({ lio }) => lio)
}
