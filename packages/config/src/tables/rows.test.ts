import { describe, expect, it } from 'vitest'
import { aclAttributes, tpgAttributes } from './access-attributes.ts'
import { aluaAttributes } from './alua-attributes.ts'
import type { AttributeTable } from './attribute.ts'
import { layerSettings } from './layer-settings.ts'
import { KEPT, type Row } from './row.ts'
import { serverSettings } from './server-settings.ts'
import { storageAttributes } from './storage-attributes.ts'
import { storageSettings } from './storage-settings.ts'
import { tpgParameters } from './tpg-parameters.ts'

/** Whether it takes words too; its default; what a wrong value counts as; the setting that 0, 1 and the default mean; of which small values service falls short. */
const ATTRIBUTES: readonly [table: string, rows: AttributeTable, lines: string][] = [
  [
    'tpgAttributes',
    tpgAttributes,
    `
    authentication 1 wrong=1 false true true
    cache_dynamic_acls 0 kept
    default_cmdsn_depth 64 0 1 64
    default_erl 0 kept kept at 1 2
    demo_mode_discovery 1 wrong=0 false true true
    demo_mode_write_protect 1 false true true
    fabric_prot_type 0 wrong=notServed kept refused at 1 3
    generate_node_acls 0 false true false
    login_keys_workaround 1 false true true
    login_timeout 15 0 1000 15000
    netif_timeout 2 kept
    prod_mode_write_protect 0 wrong=1 false true false
    t10_pi 0 wrong=notServed kept refused at 1
    tpg_enabled_sendtargets 1 false true true
  `,
  ],
  [
    'aclAttributes',
    aclAttributes,
    `
    authentication -1 wrong=1 0 1 -1
    dataout_timeout 3 0 1000 3000
    dataout_timeout_retries 5 0 1 5
    default_erl 0 kept kept at 1 2
    nopin_response_timeout 30 0 1000 30000
    nopin_timeout 15 0 1000 15000
    random_datain_pdu_offsets 0 kept kept at 1
    random_datain_seq_offsets 0 kept kept at 1
    random_r2t_offsets 0 kept kept at 1
  `,
  ],
  [
    'aluaAttributes',
    aluaAttributes,
    `
    alua_access_state 0 wrong=-1 0 1 0 refused at 1 2 3 4 14 15
    alua_access_status 0 kept
    alua_access_type 3 kept
    alua_support_active_nonoptimized 1 kept
    alua_support_active_optimized 1 kept
    alua_support_lba_dependent 0 kept
    alua_support_offline 1 kept
    alua_support_standby 1 kept
    alua_support_transitioning 1 kept
    alua_support_unavailable 1 kept
    alua_write_metadata 0 kept
    implicit_trans_secs 0 kept
    nonop_delay_msecs 100 kept
    preferred 0 kept
    trans_delay_msecs 0 kept
  `,
  ],
  [
    'storageAttributes',
    storageAttributes,
    `
    alua_support words 1 kept
    block_size 512 wrong=notServed 0 1 512
    emulate_3pc words 1 kept kept at 1
    emulate_caw words 1 false true true
    emulate_dpo words 1 kept
    emulate_fua_read words 1 kept
    emulate_fua_write words 1 false true true
    emulate_model_alias words 0 false true false
    emulate_pr words 1 false true true kept at 1
    emulate_rest_reord 0 kept
    emulate_rsoc words 1 false true true
    emulate_tas words 1 false true true
    emulate_tpu words 0 false true false
    emulate_tpws words 0 false true false
    emulate_ua_intlck_ctrl 0 kept kept at 1 2
    emulate_write_cache words 0 wrong=0 false true false
    enforce_pr_isids words 1 kept
    force_pr_aptpl words 0 kept kept at 1
    hw_block_size 512 kept
    hw_max_sectors 16384 kept
    hw_pi_prot_type 0 kept
    hw_queue_depth 128 kept
    is_nonrot words 0 false true false
    max_unmap_block_desc_count 0 undefined 1 undefined
    max_unmap_lba_count 0 undefined 1 undefined
    max_write_same_len 0 undefined 1 undefined
    optimal_sectors 16384 undefined 1 16384
    pgr_support words 1 kept
    pi_prot_format words 0 kept
    pi_prot_type 0 wrong=notServed kept refused at 1 3
    pi_prot_verify words 0 wrong=notServed kept refused at 1
    queue_depth 128 0 1 128
    submit_type 0 kept
    unmap_granularity 0 undefined 1 undefined
    unmap_granularity_alignment 0 undefined 1 undefined
    unmap_zeroes_data words 0 false true false
  `,
  ],
]

/** Its default, the setting that this means, and of which values service falls short. */
const PARAMETERS = `
AuthMethod CHAP demandsChap=true
DataDigest CRC32C,None DataDigest=CRC32C,None
DataPDUInOrder Yes kept kept at No
DataSequenceInOrder Yes kept kept at No
DefaultTime2Retain 20 DefaultTime2Retain=20
DefaultTime2Wait 2 DefaultTime2Wait=2
ErrorRecoveryLevel 0 kept kept at 1 2
FirstBurstLength 65536 FirstBurstLength=65536
HeaderDigest CRC32C,None HeaderDigest=CRC32C,None
IFMarkInt Reject kept
IFMarker No kept kept at Yes
ImmediateData Yes ImmediateData=true
InitialR2T Yes InitialR2T=true
MaxBurstLength 262144 MaxBurstLength=262144
MaxConnections 1 kept kept at 2 8192 512
MaxOutstandingR2T 1 MaxOutstandingR2T=1
MaxRecvDataSegmentLength 8192 kept kept at 512
MaxXmitDataSegmentLength 262144 MaxRecvDataSegmentLength=262144
OFMarkInt Reject kept
OFMarker No kept kept at Yes
TargetAlias LIO Target TargetAlias=LIO Target
`

const TRIED = Array.from({ length: 17 }, (_, at) => at - 1)
const OTHERS = { given: true, valueOf: () => 512 }

const shortfallOf = <V extends number | string>({ shortfall, allows }: Row<V>, values: readonly V[]): string => {
  const short = values.filter(value => allows(value) && shortfall?.when(value))
  return shortfall === undefined ? '' : ` ${shortfall.kind} at ${short.join(' ')}`
}

const attributeLines = (rows: AttributeTable): string[] =>
  Object.entries(rows).map(([name, row]) => {
    const { sets, whenWrong, takesWords } = row
    const meant = sets === KEPT ? [KEPT] : [0, 1, row.default].map(value => String(sets.from(value, OTHERS)))
    const wrong = whenWrong === undefined ? '' : ` wrong=${whenWrong}`
    return `${name} ${takesWords === true ? 'words ' : ''}${row.default}${wrong} ${meant.join(' ')}${shortfallOf(row, TRIED)}`
  })

const lines = (text: string): string[] => text.trim().split(/\n\s*/)

describe('a row of the tables', () => {
  it.each(ATTRIBUTES)('means what it meant in every version, and as in LIO: attributes of %s', (_name, rows, text) => {
    expect(attributeLines(rows)).toEqual(lines(text))
  })

  it('means what it meant in every version, and as in LIO: parameters', () => {
    const others = { given: true, valueOf: () => '1048576' }
    const rows = Object.entries(tpgParameters).map(([name, row]) => {
      const { sets } = row as Row<string>
      const meant = typeof sets === 'string' ? sets : `${sets.name}=${String(sets.from(row.default, others))}`
      return `${name} ${row.default} ${meant}${shortfallOf(row as Row<string>, ['Yes', 'No', '0', '1', '2', '8192', '512'])}`
    })
    expect(rows).toEqual(lines(PARAMETERS))
  })

  it('means what it meant in every version: settings of lunkit', () => {
    const defaults = Object.entries({ ...serverSettings, ...storageSettings })
      .filter(([name]) => !(name in layerSettings))
      .map(([name, row]) => [name, row.default])
    expect(Object.fromEntries(defaults)).toEqual({
      create_files: true,
      lanes: 2,
      lane_cpus: undefined,
      poll_us: 0,
      physical_block_size: undefined,
      create: undefined,
      sparse: true,
      direct: undefined,
      removable: false,
      vendor_id: undefined,
      product_id: undefined,
      revision: undefined,
      company_id: undefined,
      lane: undefined,
    })
    expect(Object.values(layerSettings).filter(row => row.default !== undefined)).toEqual([])
  })
})
