import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { Scratch } from '../harness/scratch.ts'
import { type LoginLimits, runOnLuns, storeLuns } from './store-luns.ts'
import { listSuiteTests } from './suite-list.ts'
import { brokenRule } from './verdict.ts'

/** The suites about how data comes; those of task management expect a write to be one PDU. */
const tests = listSuiteTests().filter(test => /^iSCSI(datasn|Residuals)\./.test(test))

/** Ways for data to come that LIO's defaults, under which most small writes bring theirs along, leave out. */
const limits: [string, LoginLimits][] = [
  [
    'every byte solicited, in small PDUs and bursts',
    {
      ImmediateData: 'No',
      InitialR2T: 'Yes',
      FirstBurstLength: '512',
      MaxBurstLength: '4096',
      MaxXmitDataSegmentLength: '512',
      MaxOutstandingR2T: '8',
    },
  ],
  ['unsolicited data in PDUs of their own', { ImmediateData: 'No', InitialR2T: 'No' }],
]

describe.each(limits)('iscsi-test-cu on data that comes otherwise: %s', (_name, parameters) => {
  let scratch: Scratch
  let daemon: Daemon

  beforeAll(async () => {
    scratch = await Scratch.create('conformance')
    daemon = await Daemon.start(storeLuns('fileio', scratch.directory, parameters), scratch.directory)
  }, 60_000)

  afterAll(async () => {
    await daemon?.stop()
    await scratch?.remove()
  }, 60_000)

  it.each(tests)('%s', async test => {
    expect(brokenRule(test, await runOnLuns(test, daemon))).toBeUndefined()
  })
})
