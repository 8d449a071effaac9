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
  readonly refused: readonly string[]
}

/** Every difference to a lunkit that keeps whatever it is told. */
const listed = JSON.parse(lioFixture('differences.json')) as Differences

/** Commands that are refused. */
export const { refused } = listed

/** A lunkitd opens the device, and knows its size as LIO does. */
const isUnopened = (line: string): boolean => line.includes(' o- blk0 ')

/** The lines of the tree that a missing SCSI device makes others. */
const ofMissing: Readonly<Record<'lio' | 'lunkit', readonly string[]>> = {
  lio: [
    '  | | o- ps0 .................................................................................................. [/dev/sda activated]',
    '  |   | | o- iqn.1994-05.com.redhat:host1 ............................................................ [mutual auth, Mapped LUNs: 2]',
    '  |   | | | o- mapped_lun1 ................................................................................... [lun1 pscsi/ps0 (rw)]',
    '  |   | o- luns .......................................................................................................... [LUNs: 2]',
    '  |   | | o- lun1 .................................................................................... [pscsi/ps0 (/dev/sda) (None)]',
  ],
  lunkit: [
    '  | | o- ps0 ................................................................................................ [/dev/sda deactivated]',
    '  |   | | o- iqn.1994-05.com.redhat:host1 ............................................................ [mutual auth, Mapped LUNs: 1]',
    '  |   | o- luns .......................................................................................................... [LUNs: 1]',
  ],
}

/** Those of a lunkitd. */
export const differences: readonly Difference[] = listed.differences.map(({ lio, lunkit, ...rest }) => ({
  ...rest,
  lio: [...lio.filter(line => !isUnopened(line)), ...(rest.command === 'ls' ? ofMissing.lio : [])],
  lunkit: [...lunkit.filter(line => !isUnopened(line)), ...(rest.command === 'ls' ? ofMissing.lunkit : [])],
}))

const SECOND = '/iscsi/iqn.2022-08.com.test:second/tpg1'
const reason = 'the SCSI device is missing: a host has none that a test may have'

/** A storage object whose device is missing is not made, and one that a file has is no LUN. */
export const withoutDevice: readonly Difference[] = [
  {
    command: '/backstores/pscsi create name=ps0 dev=/dev/sda',
    lio: [
      'Note: block backstore recommended for SCSI block devices',
      'Created pscsi storage object ps0 using /dev/sda',
    ],
    lunkit: ['Cannot find SCSI device by path, and dev parameter not in H:C:T:L format: /dev/sda'],
    reason,
  },
  {
    command: `${SECOND}/luns create /backstores/pscsi/ps0`,
    lio: ['Created LUN 1.'],
    lunkit: ['storage object or path not valid'],
    reason,
  },
  {
    command: `${SECOND}/acls create iqn.1994-05.com.redhat:host1`,
    lio: ['Created mapped LUN 1.'],
    lunkit: [],
    reason,
  },
]

/** What lunkitd refuses to make since it could not serve it, and keeps where a file has it. */
export const refusedByLunkitd: readonly Difference[] = [
  {
    command: '/backstores/fileio/disk0/alua create name=siteb tag=16',
    lio: ['Created ALUA TPG siteb.'],
    lunkit: [
      '/backstores/fileio/disk0/alua cannot have siteb: ALUA groups are not served yet; right is default_tg_pt_gp alone.',
    ],
    reason: 'ALUA groups are not served yet',
  },
]
