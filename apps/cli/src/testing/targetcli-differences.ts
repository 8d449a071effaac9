/** What lunkit prints otherwise than LIO's targetcli did in the transcript, and why. */
export interface Difference {
  readonly command: string
  /** Lines that LIO's has and lunkit's has not. */
  readonly lio: readonly string[]
  /** Lines that lunkit's has and LIO's has not. */
  readonly lunkit: readonly string[]
  readonly reason: string
}

const dots = (count: number): string => '.'.repeat(count)
const SECOND = '/iscsi/iqn.2022-08.com.test:second/tpg1'

/** Every difference; those of the order of lines are {@link reordered}. */
export const differences: readonly Difference[] = [
  {
    command: '/loopback create',
    lio: ['Created target naa.50014059c8ecfc44.'],
    lunkit: ['lunkit serves no loopback targets'],
    reason: 'lunkit makes no targets of the loopback fabric; those of a file are kept',
  },
  {
    command: 'ls',
    lio: [
      `  | | o- blk0 ${dots(74)} [/dev/loop0 (64.0MiB) write-thru activated]`,
      `  |   | |   o- mapped_lun5 ${dots(82)} [lun0 block/blk0 (rw)]`,
      `  o- loopback ${dots(105)} [Targets: 1]`,
      `  | o- naa.50014059c8ecfc44 ${dots(81)} [naa.5001405d14f2e64a]`,
      `  |   o- luns ${dots(108)} [LUNs: 0]`,
    ],
    lunkit: [
      `  | | o- blk0 ${dots(69)} [/dev/loop0 (unknown size) write-thru activated]`,
      `  |   | |   o- mapped_lun5 ${dots(82)} [lun0 block/blk0 (ro)]`,
      `  o- loopback ${dots(105)} [Targets: 0]`,
    ],
    reason:
      'nobody has opened the device; targetcli 2.1.53 forgets write_protect=true: what was to be protected can be written; no loopback targets',
  },
  {
    command: `${SECOND} get attribute`,
    lio: [],
    lunkit: ['t10_pi=0'],
    reason: 'targetcli 2.1.53 hides an attribute that LIO has and saves',
  },
  {
    command: `${SECOND} get parameter`,
    lio: [],
    lunkit: ['DefaultTime2Retain=20', 'DefaultTime2Wait=2', 'InitialR2T=Yes', 'MaxOutstandingR2T=1'],
    reason: 'targetcli 2.1.53 hides four parameters that LIO has and saves',
  },
  {
    command: '/backstores/fileio/disk0 get attribute',
    lio: ['max_unmap_block_desc_count=1', 'max_unmap_lba_count=8192', 'max_write_same_len=4096', 'unmap_granularity=1'],
    lunkit: [
      'emulate_3pc=1',
      'emulate_rsoc=1',
      'max_unmap_block_desc_count=0',
      'max_unmap_lba_count=0',
      'max_write_same_len=0',
      'submit_type=0',
      'unmap_granularity=0',
    ],
    reason: "what LIO's file backend sets by itself; attributes that targetcli 2.1.53 or Linux 6.1 does not have",
  },
  {
    command: '/backstores/fileio/disk0/alua/siteb get alua',
    lio: ['members=[] [ro]'],
    lunkit: [],
    reason: 'the LUNs of a group stand at the LUNs',
  },
  {
    command: `${SECOND}/acls/iqn.1994-05.com.redhat:host1 get attribute`,
    lio: [],
    lunkit: ['random_r2t_offsets=0'],
    reason: 'targetcli 2.1.53 hides an attribute that LIO has and saves',
  },
  {
    command: '/backstores/fileio/disk0 info',
    lio: ['wwn: 8a03168b-c389-4413-81ae-bc4e4543953d'],
    lunkit: ['wwn: RANDOM'],
    reason: 'a serial number is made at random',
  },
]

/** Commands whose lines are the same in another order: LIO goes through LUNs in the order of a directory of the kernel. */
export const reordered: readonly string[] = [`${SECOND}/acls create iqn.1994-05.com.redhat:host1`]
