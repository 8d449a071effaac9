import type { DocumentDifference } from './document-differences.ts'

/** What LIO says or keeps otherwise than lunkit, on purpose; each is found in one of the trees, or the test fails. */
interface Listed {
  readonly pattern: RegExp
  readonly reason: string
}

const listed = (pattern: RegExp, reason: string): Listed => ({ pattern, reason })

/** What `targetctl restore` does not restore of a file of lunkit's. */
export const restoreErrors: readonly Listed[] = [
  listed(
    /Cannot find attribute: (emulate_rsoc|submit_type), skipped$/,
    'Linux has emulate_rsoc since 6.2 and submit_type since 6.7; the kernel of Debian 12 is 6.1',
  ),
  listed(
    /^Storage Object ramdisk\/\S+: Cannot set attribute (emulate_tpu|emulate_tpws|unmap_zeroes_data): \[Errno 38\]/,
    "lunkit's ramdisk unmaps, LIO's does not",
  ),
  listed(
    /^Creating MappedLUN object 256 failed, skipped$/,
    'rtslib takes no mapped LUN above 255; an initiator of lunkit may have more LUNs than that',
  ),
  listed(
    /^Could not create Target object: WWN not valid as: iqn, naa, eui, skipped$/,
    'naa names of 16 bytes (RFC 3980) are younger than the rtslib of Debian 12',
  ),
]

/** What the kernel says while it restores. It says as much of what it has saved itself. */
export const kernelLines: readonly Listed[] = [
  listed(/^Rounding down aligned max_sectors from 4294967295 to 4294967288$/, 'it says so of every ramdisk'),
  listed(/^ignoring deprecated emulate_(dpo|fua_read) attribute$/, 'it says so once, whatever the value is'),
  listed(/is too long for INQUIRY_MODEL, truncating to 15 characters$/, 'the name is told where the product is told'),
  listed(/^Generic Block Discard not supported$/, "lunkit's ramdisk unmaps, LIO's does not"),
  listed(/Thin Provisioning LBPRZ will not be set because max_unmap_block_desc_count is zero$/, 'the same'),
]

/** Values of the documents, by their paths. */
export const documentPaths: readonly Listed[] = [
  listed(/^\/lunkit\//, "lunkit's own settings, which LIO passes over and does not save"),
  listed(/^\/storage_objects\/.*\/emulate_(dpo|fua_read)$/, 'Linux ignores what it is set to: it is 1'),
  listed(/^\/storage_objects\/.*\/(emulate_rsoc|submit_type)$/, 'younger than Linux 6.1'),
  listed(
    /^\/storage_objects\/.*\/attributes\/(max_unmap_block_desc_count|max_unmap_lba_count|max_write_same_len|unmap_granularity)$/,
    "LIO's backends say so where nothing is set; lunkit's stores have their own",
  ),
  listed(
    /^\/storage_objects\/ramdisk\/.*\/attributes\/optimal_sectors$/,
    "LIO's ramdisks have no optimum: all that fits into the number",
  ),
  listed(/^\/storage_objects\/ramdisk\/.*\/(emulate_tpu|emulate_tpws|unmap_zeroes_data)$/, "lunkit's ramdisk unmaps"),
  listed(/^\/targets\/.*\/mapped_luns\/256\//, 'rtslib takes no mapped LUN above 255'),
  listed(
    /^\/targets\/[^/]+\/parameters\/cmd_completion_affinity$/,
    'on which processors LIO ends commands; lunkit has no such choice',
  ),
  listed(/^\/targets\/naa\.6/, 'naa names of 16 bytes are younger than the rtslib of Debian 12'),
  listed(
    /^\/targets\/.*\/parameters\/AuthMethod$/,
    'LIO puts None beside CHAP where authentication is 0; what a file of lunkit does not say follows authentication',
  ),
]

/** The lines of one tree that only one of the two draws, with dots as two; the others are the same, in the same order. */
export interface LineDifference {
  readonly lunkit: readonly RegExp[]
  readonly lio: readonly RegExp[]
  readonly reason: string
}

/** Of the trees that lunkit was told and LIO restored. */
export const treeLines: Readonly<Record<string, readonly LineDifference[]>> = {
  'what LIO does not have': [
    {
      lunkit: [/ o- iqn\.1994-05\.com\.redhat:far \.\. \[Mapped LUNs: 2\]$/, / o- mapped_lun256 /],
      lio: [/ o- iqn\.1994-05\.com\.redhat:far \.\. \[Mapped LUNs: 1\]$/],
      reason: 'rtslib takes no mapped LUN above 255',
    },
  ],
  'a name that LIO does not take yet': [
    {
      lunkit: [
        / o- iscsi \.\. \[Targets: 1\]$/,
        / o- naa\.62004567ba64678d0123456789abcdef \.\. \[TPGs: 1\]$/,
        / o- tpg1 /,
        / o- (acls|luns|portals) /,
      ],
      lio: [/ o- iscsi \.\. \[Targets: 0\]$/],
      reason: 'naa names of 16 bytes are younger than the rtslib of Debian 12',
    },
  ],
}

/** Of the tree that LIO was told and lunkit has read. */
export const readLines: readonly LineDifference[] = [
  {
    lunkit: [/ o- naa\.5001405d14f2e64a \.\. \[\.\.\]$/],
    lio: [/ o- naa\.5001405d14f2e64a \.\. \[naa\.[0-9a-f]+\]$/],
    reason: 'the nexus is made by the kernel at random when the target is, and no file has it',
  },
]

/** Those that are in none of the lists. */
export const unlisted = (lines: readonly string[], lists: readonly Listed[]): readonly string[] =>
  lines.filter(line => !lists.some(({ pattern }) => pattern.test(line)))

/** The reasons of what was not found, and so is no difference any more. */
export const idle = (lines: readonly string[], lists: readonly Listed[]): readonly string[] =>
  lists.filter(({ pattern }) => !lines.some(line => pattern.test(line))).map(({ pattern }) => String(pattern))

/** Those of documents that are in no list, in words. */
export const unlistedValues = (differences: readonly DocumentDifference[]): readonly string[] =>
  differences
    .filter(({ path }) => unlisted([path], documentPaths).length > 0)
    .map(({ path, lunkit, lio }) => `${path}: lunkit has ${JSON.stringify(lunkit)}, LIO ${JSON.stringify(lio)}`)

const shortened = (line: string): string => line.replaceAll(/\.{2,}/g, '..')

/** The lines of a tree without those that are listed. @throws {Error} for one that is listed and not there. */
export function withoutListed(lines: readonly string[], theirs: readonly RegExp[]): readonly string[] {
  const missing = theirs.filter(each => !lines.some(line => each.test(shortened(line))))
  if (missing.length > 0) throw new Error(`no difference any more: ${missing.join(' ')}`)
  return lines.filter(line => !theirs.some(each => each.test(shortened(line))))
}
