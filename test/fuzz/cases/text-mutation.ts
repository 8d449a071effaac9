import { keys } from '@lunkit/pdu'
import type { SeededRandom } from '../../harness/seeded-random.ts'

const KEYS = [...Object.keys(keys), 'X-com.example.fuzz', 'Unknown', 'a'.repeat(63), 'b'.repeat(64), '', '=', '1st']
const VALUES = [
  'Yes',
  'No',
  'None',
  'CRC32C',
  'CRC32C,None',
  'None,CRC32C',
  'CHAP',
  'CHAP,None',
  'Normal',
  'Discovery',
  'All',
  '',
  '0',
  '1',
  '2',
  '512',
  '511',
  '513',
  '1024',
  '4096',
  '8192',
  '65536',
  '262144',
  '16777215',
  '16777216',
  '4294967296',
  '-1',
  '0x200',
  '0b02',
  '0x',
  '0xg',
  '00512',
  '1~65535',
  'Reject',
  'Irrelevant',
  'NotUnderstood',
  '?',
  ',',
  ',,',
  'a,b,c',
  'iqn.2022-08.com.test:wire',
  'IQN.2022-08.COM.TEST:WIRE',
  'iqn.2026-11.io.lunkit:good',
  'iqn.none',
  'eui.0123456789ABCDEF',
  'naa.x',
  'RFC3720',
  'ResponseFence',
  'FastAbort',
  'ä',
  '\u0001',
  '=',
  'x'.repeat(255),
  'y'.repeat(256),
  'z'.repeat(3000),
]

const join = (entries: readonly string[]): Buffer => Buffer.from(entries.map(entry => `${entry}\0`).join(''))

/** Changes key=value pairs: values, keys, their order and number, and what separates them. */
export function mutatedText(random: SeededRandom, data: Buffer): Buffer {
  const entries = data
    .toString('latin1')
    .split('\0')
    .filter(entry => entry !== '')
  const at = random.below(Math.max(1, entries.length))
  const entry = entries[at] ?? 'A=b'
  const key = entry.split('=', 1)[0] as string
  const put = (changed: string) => join(entries.with(Math.min(at, Math.max(0, entries.length - 1)), changed))
  if (entries.length === 0) return join([`${random.pick(KEYS)}=${random.pick(VALUES)}`])
  switch (random.below(12)) {
    case 0:
    case 1:
    case 2:
      return put(`${key}=${random.pick(VALUES)}`)
    case 3:
      return put(`${random.pick(KEYS)}=${random.pick(VALUES)}`)
    case 4:
    case 5:
      return join([...entries, `${random.pick(KEYS)}=${random.pick(VALUES)}`])
    case 6:
      return join([...entries, entry])
    case 7:
      return join(entries.toSpliced(at, 1))
    case 8:
      return join(entries.toReversed())
    case 9:
      return join(entries).subarray(0, -1)
    case 10:
      return join(entries.flatMap(each => [each, '']))
    default:
      return join(Array.from({ length: random.between(10, 80) }, (_, i) => `X-k${i}=${random.pick(VALUES)}`))
  }
}

/** Keys of a login by the rules. */
export function loginKeys(random: SeededRandom, digests: boolean): Record<string, string> {
  const chosen: Record<string, string> = {
    InitiatorName: 'iqn.1993-08.org.debian:01:fuzz',
    TargetName: 'iqn.2022-08.com.test:wire',
    SessionType: 'Normal',
  }
  if (digests || random.once(2)) {
    chosen['HeaderDigest'] = digests || !random.once(3) ? 'CRC32C' : 'None'
    chosen['DataDigest'] = digests || !random.once(3) ? 'CRC32C' : 'None'
  }
  if (random.once(2)) chosen['InitialR2T'] = random.pick(['Yes', 'No', 'No'])
  if (random.once(4)) chosen['ImmediateData'] = random.pick(['Yes', 'No'])
  if (random.once(3)) chosen['MaxRecvDataSegmentLength'] = random.pick(['512', '4096', '8192', '65536', '262144'])
  if (random.once(3)) chosen['MaxBurstLength'] = random.pick(['512', '1000', '8192', '65536', '131072'])
  if (random.once(3)) chosen['FirstBurstLength'] = random.pick(['512', '700', '4096', '65536'])
  if (random.once(2)) chosen['MaxOutstandingR2T'] = random.pick(['1', '2', '4', '16'])
  if (random.once(12)) chosen['SessionType'] = 'Discovery'
  return chosen
}
