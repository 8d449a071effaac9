import { describe, expect, it } from 'vitest'
import { Problems } from '../schema/problem.ts'
import { aclAttributes, tpgAttributes } from './access-attributes.ts'
import { aluaAttributes } from './alua-attributes.ts'
import type { AttributeTable } from './attribute.ts'
import { limitSettings, limitsKind } from './limit-settings.ts'
import { storageAttributes } from './storage-attributes.ts'

const U32 = 4_294_967_295
const MIB = 1_048_576

type Edge = [name: string, least: number, most: number]

const edges: [string, AttributeTable, Edge[]][] = [
  [
    'tpg',
    tpgAttributes,
    [
      ['default_cmdsn_depth', 1, 512],
      ['login_timeout', 5, 30],
      ['netif_timeout', 2, 15],
    ],
  ],
  [
    'acl',
    aclAttributes,
    [
      ['dataout_timeout', 2, 60],
      ['dataout_timeout_retries', 1, 15],
      ['nopin_response_timeout', 3, 60],
      ['nopin_timeout', 3, 60],
    ],
  ],
  [
    'alua',
    aluaAttributes,
    [
      ['implicit_trans_secs', 0, 255],
      ['nonop_delay_msecs', 0, 10_000],
      ['trans_delay_msecs', 0, 30_000],
    ],
  ],
  [
    'storage',
    storageAttributes,
    [
      ['hw_block_size', 0, U32],
      ['hw_max_sectors', 0, U32],
      ['hw_pi_prot_type', 0, 3],
      ['hw_queue_depth', 0, U32],
      ['max_unmap_block_desc_count', 0, U32],
      ['max_unmap_lba_count', 0, U32],
      ['max_write_same_len', 0, U32],
      ['optimal_sectors', 0, U32],
      ['queue_depth', 1, U32],
      ['unmap_granularity', 0, U32],
      ['unmap_granularity_alignment', 0, U32],
    ],
  ],
]

const choices: [string, AttributeTable, Record<string, number[]>][] = [
  ['tpg', tpgAttributes, { default_erl: [0, 1, 2], fabric_prot_type: [0, 1, 3] }],
  ['acl', aclAttributes, { authentication: [-1, 0, 1], default_erl: [0, 1, 2] }],
  [
    'alua',
    aluaAttributes,
    { alua_access_state: [0, 1, 2, 3, 4, 14, 15], alua_access_status: [0, 1, 2], alua_access_type: [0, 1, 2, 3] },
  ],
  [
    'storage',
    storageAttributes,
    {
      block_size: [512, 1024, 2048, 4096],
      emulate_rest_reord: [0],
      emulate_ua_intlck_ctrl: [0, 1, 2],
      pi_prot_type: [0, 1, 3],
      submit_type: [0, 1, 2],
    },
  ],
]

describe('an attribute that is a number', () => {
  it.each(edges)('takes its least and its most, and nothing beyond them: %s', (_name, table, rows) => {
    const taken = rows.map(([name, least, most]) => [
      name,
      ...[least - 1, least, most, most + 1].map(value => table[name]?.allows(value)),
    ])
    expect(taken).toEqual(rows.map(([name]) => [name, false, true, true, false]))
  })

  it.each(edges)('is listed here with its edges, so that none goes untried: %s', (_name, table, rows) => {
    const numbers = Object.entries(table).flatMap(([name, { kind }]) => (kind === 'number' ? [name] : []))
    expect(rows.map(([name]) => name).toSorted()).toEqual(numbers.toSorted())
  })

  it('may be 0 for no NOP-In at all, but neither 1 nor 2', () => {
    expect([0, 1, 2].map(aclAttributes.nopin_timeout.allows)).toEqual([true, false, false])
  })
})

describe('an attribute that is a choice or a switch', () => {
  it.each(choices)('takes its numbers and no other from -2 to 5000: %s', (_name, table, rows) => {
    const all = Array.from({ length: 5003 }, (_, at) => at - 2)
    const taken = Object.entries(table).flatMap(([name, { kind, allows }]) =>
      kind === 'choice' ? [[name, all.filter(allows)] as const] : [],
    )
    expect(Object.fromEntries(taken)).toEqual(rows)
  })

  it.each(choices)('takes 0 and 1 where it is a switch: %s', (_name, table) => {
    const switches = Object.entries(table).filter(([, { kind }]) => kind === 'toggle')
    expect(switches.map(([name, { allows }]) => [name, ...[-1, 0, 1, 2].map(allows)])).toEqual(
      switches.map(([name]) => [name, false, true, true, false]),
    )
  })
})

const limits: Edge[] = [
  ['connections', 1, 65_535],
  ['connections_in_login', 1, 65_535],
  ['connections_in_login_per_source', 1, 65_535],
  ['login_requests', 6, 65_535],
  ['failed_login_delay_ms', 0, 60_000],
  ['failed_logins_held', 0, 65_535],
  ['text_bytes', 8192, MIB],
  ['text_keys', 32, 4096],
  ['pdus_per_turn', 1, 65_536],
  ['output_bytes_per_turn', 65_536, 1024 * MIB],
  ['immediate_commands', 1, 512],
  ['management_functions', 1, 4096],
  ['abort_wait_ms', 0, 60_000],
  ['outstanding_r2ts', 1, 65_535],
  ['data_out_bytes', 262_144, 1024 * MIB],
  ['data_in_bytes', 262_144, 1024 * MIB],
  ['output_bytes', 65_536, 64 * MIB],
  ['output_bytes_in_all', MIB, 4096 * MIB],
  ['output_bytes_at_most', 65_536, 64 * MIB],
  ['discovery_idle_ms', 1000, 3_600_000],
  ['linger_ms', 100, 60_000],
  ['transfer_memory_bytes', 16 * MIB, 2048 * MIB],
]

describe('a limit of the server', () => {
  const takes = (name: string, value: number): boolean => {
    const notes = new Problems()
    limitsKind.read({ [name]: value }, { path: ['limits'], notes })
    return !notes.any
  }

  it.each(limits)('%s takes %i and %i, and nothing beyond them', (name, least, most) => {
    expect([least - 1, least, most, most + 1].map(value => takes(name, value))).toEqual([false, true, true, false])
  })

  it('is listed here with its edges, so that none goes untried', () => {
    expect(limits.map(([name]) => name)).toEqual(Object.keys(limitSettings))
  })
})
