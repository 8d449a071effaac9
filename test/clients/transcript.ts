import { readFileSync } from 'node:fs'

const prompt = '$ targetcli '

/** What a real LIO has left: a file of the fixtures. */
export const lioFixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/lio/${name}`, import.meta.url), 'utf8')

/** A command that a real targetcli was given, and what it printed. */
type Told = { readonly text: string; readonly lines: readonly string[] }

/** All that a real targetcli was given, in its order. */
export const transcript: readonly Told[] = lioFixture('transcript.txt')
  .split(`\n${prompt}`)
  .map(part => {
    const [text = '', ...lines] = part.replace(prompt, '').split('\n')
    const end = lines.indexOf('')
    return { text, lines: end < 0 ? lines : lines.slice(0, end) }
  })

/** What lunkit says otherwise to a command: lines that only one of the two has. */
export type Difference = {
  readonly command: string
  readonly lio: readonly string[]
  readonly lunkit: readonly string[]
  readonly reason: string
}

type Differences = {
  readonly differences: readonly Difference[]
  readonly reordered: readonly { readonly command: string; readonly reason: string }[]
  readonly refused: readonly string[]
}

/** Every difference to a lunkit that keeps whatever it is told. */
const listed = JSON.parse(lioFixture('differences.json')) as Differences

/** Commands whose lines come in another order, and those that are refused. */
export const { refused, reordered } = listed

/** A lunkitd opens the device, and knows its size as LIO does. */
const isUnopened = (line: string): boolean => line.includes(' o- blk0 ')

/** Those of a lunkitd. */
export const differences: readonly Difference[] = listed.differences.map(({ lio, lunkit, ...rest }) => ({
  ...rest,
  lio: lio.filter(line => !isUnopened(line)),
  lunkit: lunkit.filter(line => !isUnopened(line)),
}))

/** What lunkitd refuses to make since it could not serve it, and keeps where a file has it. */
export const refusedByLunkitd: readonly Difference[] = [
  {
    command: '/backstores/pscsi create name=ps0 dev=/dev/sda',
    lio: [
      'Note: block backstore recommended for SCSI block devices',
      'Created pscsi storage object ps0 using /dev/sda',
    ],
    lunkit: [
      '/backstores/pscsi cannot have ps0: SCSI devices are not passed through to yet; right is fileio, block or ramdisk.',
    ],
    reason: 'SCSI devices are not passed through to yet',
  },
  {
    command: '/backstores/fileio/disk0/alua create name=siteb tag=16',
    lio: ['Created ALUA TPG siteb.'],
    lunkit: [
      '/backstores/fileio/disk0/alua cannot have siteb: ALUA groups are not served yet; right is default_tg_pt_gp alone.',
    ],
    reason: 'ALUA groups are not served yet',
  },
]
