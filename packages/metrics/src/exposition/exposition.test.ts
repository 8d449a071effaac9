import { describe, expect, it } from 'vitest'
import { COUNTERS, INVENTORY } from '../testing/told.ts'
import type { Counters } from './counts.ts'
import { Exposition, type Reading } from './exposition.ts'
import { Format } from './format.ts'
import { InitiatorBound } from './initiator-bound.ts'

const told = (counters: Counters, inventory = INVENTORY) => ({ told: { counters, inventory }, durationSeconds: 0.5 })
const exposition = (initiators = 256): Exposition => new Exposition(new InitiatorBound(initiators))
const textOf = async (of: Exposition, reading: Reading, format: Format = Format.text): Promise<string> =>
  Buffer.from(await of.bytes(reading, format)).toString()

/** The lines of a family's samples. */
async function samples(name: string, counters = COUNTERS, inventory = INVENTORY): Promise<readonly string[]> {
  const text = await textOf(exposition(), told(counters, inventory))
  return text.split('\n').filter(line => line.startsWith(name))
}

/** What one initiator after the other has read, of a LUN through a portal group. */
const nexuses = (rows: readonly (readonly [initiator: string, tpg: string, commands: number])[]): Counters => ({
  bounds: [],
  blocks: [
    {
      name: 'nexus',
      labels: ['target', 'tpg', 'initiator', 'unit'],
      cells: [{ metric: 'commands', kind: 'counter', of: 'read' }],
      rows: rows.map(([initiator, tpg, commands]) => {
        return { labels: ['iqn.t', tpg, initiator, 'ramdisk/a'], values: [0, commands], histograms: [] }
      }),
    },
  ],
})

describe('what is counted', () => {
  it('is told by LUN, at 0 too, and with what has gone', async () => {
    expect(await samples('lunkit_lun_operations_total')).toEqual([
      'lunkit_lun_operations_total{lun="fileio/a",op="read"} 7',
      'lunkit_lun_operations_total{lun="fileio/a",op="write"} 0',
      'lunkit_lun_operations_total{lun="_ended",op="read"} 1',
      'lunkit_lun_operations_total{lun="_ended",op="write"} 0',
    ])
  })

  it('is a classic histogram where it is durations, as far as there were any', async () => {
    const labels = 'lun="fileio/a",op="read"'
    expect(await samples('lunkit_lun_operation_duration_seconds')).toEqual([
      `lunkit_lun_operation_duration_seconds_bucket{${labels},le="0.001"} 1`,
      `lunkit_lun_operation_duration_seconds_bucket{${labels},le="1"} 2`,
      `lunkit_lun_operation_duration_seconds_bucket{${labels},le="+Inf"} 3`,
      `lunkit_lun_operation_duration_seconds_sum{${labels}} 1.5`,
      `lunkit_lun_operation_duration_seconds_count{${labels}} 3`,
    ])
  })

  it('is told apart where lunkitd counts one as part of the other, and of what has gone there is no gauge', async () => {
    expect(await samples('lunkit_lun_tasks')).toEqual([
      'lunkit_lun_tasks{lun="fileio/a",state="waiting"} 2',
      'lunkit_lun_tasks{lun="fileio/a",state="active"} 3',
    ])
  })

  it('has the names of values as metrics have them', async () => {
    expect((await samples('lunkit_lun_check_conditions_total'))[0]).toBe(
      'lunkit_lun_check_conditions_total{lun="fileio/a",sense_key="medium_error"} 0',
    )
  })

  it('has of what would be too many series only those that have happened', async () => {
    expect(await samples('lunkit_lun_unit_attentions_total')).toEqual([])
  })

  it('is added up where a label of lunkitd is none of the metric', async () => {
    const rows = nexuses([
      ['iqn.a', '1', 2],
      ['iqn.a', '2', 3],
    ])
    expect(await samples('lunkit_initiator_operations_total', rows)).toEqual([
      'lunkit_initiator_operations_total{target="iqn.t",initiator="iqn.a",lun="ramdisk/a",op="read"} 5',
    ])
  })
})

describe('initiators', () => {
  const reads = async (of: Exposition, rows: Parameters<typeof nexuses>[0]): Promise<readonly string[]> =>
    (await textOf(of, told(nexuses(rows))))
      .split('\n')
      .flatMap(
        line => /^lunkit_initiator_operations_total.*initiator="([^"]*)".* (\d+)$/.exec(line)?.slice(1).join(' ') ?? [],
      )

  it('are told by name as far as the bound goes, and the others together', async () => {
    const rows = [
      ['iqn.a', '1', 1],
      ['iqn.b', '1', 2],
      ['iqn.c', '1', 3],
      ['_ended', '1', 4],
    ] as const
    expect(await reads(exposition(1), rows)).toEqual(['iqn.a 1', '_other 5', '_ended 4'])
  })

  it('keep their names while they are there, and leave their places to who comes then', async () => {
    const of = exposition(1)
    await reads(of, [['iqn.b', '1', 1]])
    const both = [
      ['iqn.a', '1', 1],
      ['iqn.b', '1', 2],
    ] as const
    expect(await reads(of, both)).toEqual(['_other 1', 'iqn.b 2'])
    expect(await reads(of, [['iqn.a', '1', 1]])).toEqual(['_other 1'])
    const later = [
      ['iqn.a', '1', 1],
      ['iqn.c', '1', 5],
    ] as const
    expect(await reads(of, later)).toEqual(['_other 1', 'iqn.c 5'])
  })

  it('are never less together, whoever of them goes, and the sum is right', async () => {
    const of = exposition(0)
    const all = (a: number, b: number, ended: number) =>
      [...(a < 0 ? [] : [['iqn.a', '1', a]]), ...(b < 0 ? [] : [['iqn.b', '1', b]]), ['_ended', '1', ended]] as const
    type Rows = Parameters<typeof reads>[1]
    const told = (...counts: Parameters<typeof all>) => reads(of, all(...counts) as Rows)
    expect(await told(10, 5, 0)).toEqual(['_other 15', '_ended 0'])
    // The first did two more and went: lunkitd has its twelve among those of who has gone.
    expect(await told(-1, 6, 12)).toEqual(['_other 16', '_ended 2'])
    // It is back, and the second went and came back, with less than before.
    expect(await told(1, 1, 18)).toEqual(['_other 18', '_ended 2'])
    expect(await told(-1, -1, 20)).toEqual(['_ended 2', '_other 18'])
  })

  it('are forgotten with the lunkitd that counted them, and with the port that they came by', async () => {
    const of = exposition(0)
    await reads(of, [
      ['iqn.a', '1', 7],
      ['_ended', '1', 0],
    ])
    expect(await reads(of, [['_ended', '1', 7]])).toEqual(['_ended 0', '_other 7'])
    expect(await reads(of, [])).toEqual([])
    expect(await reads(of, [['_ended', '1', 3]])).toEqual(['_ended 3'])
    await reads(of, [
      ['iqn.a', '1', 7],
      ['_ended', '1', 3],
    ])
    const again = told(nexuses([['_ended', '1', 1]]), { ...INVENTORY, started: 1_800_000_000 })
    expect(await textOf(of, again)).toContain('initiator="_ended",lun="ramdisk/a",op="read"} 1\n')
  })

  it('have sessions that are told by name as far as the bound goes, and of each target together', async () => {
    const [session] = INVENTORY.sessions as [(typeof INVENTORY.sessions)[number]]
    const sessions = [session, ...['b', 'c'].map(name => ({ ...session, initiator: `iqn.${name}` }))]
    const text = await textOf(exposition(1), told(COUNTERS, { ...INVENTORY, sessions }))
    expect(text.split('\n').filter(line => line.startsWith('lunkit_session_info{'))).toEqual([
      expect.stringContaining('initiator="iqn.i",tsih="1"'),
      'lunkit_session_info{target="iqn.t",initiator="_other",tsih="0",address="",alias="",auth="",digest="",tls="false"} 1',
    ])
  })
})

describe('what there is', () => {
  it('is told with its labels, and what in them would end them is escaped', async () => {
    expect(await samples('lunkit_lun_info')).toEqual([
      'lunkit_lun_info{lun="fileio/a",serial="s",product="FILEIO",naa="6001405",block_size="512",thin="true"} 1',
    ])
    expect(await samples('lunkit_session_info')).toEqual([
      String.raw`lunkit_session_info{target="iqn.t",initiator="iqn.i",tsih="1",address="[::1]:40000",alias="a \"b\"\\\n",auth="none",digest="header",tls="false"} 1`,
    ])
  })

  it('has how often lunkitd stood still, and for how long', async () => {
    expect(await samples('lunkit_standstills_total')).toEqual(['lunkit_standstills_total 2'])
    expect(await samples('lunkit_standstill_seconds_total')).toEqual(['lunkit_standstill_seconds_total 3.5'])
  })

  it('has how it stands with iSNS servers', async () => {
    expect(await samples('lunkit_isns_registered')).toEqual(['lunkit_isns_registered{server="192.0.2.7"} 0'])
    expect(await samples('lunkit_isns_failures_total')).toEqual(['lunkit_isns_failures_total{server="192.0.2.7"} 4'])
  })

  it('has the commit of a build where that is known, and no label for it elsewhere', async () => {
    expect(await samples('lunkit_build_info')).toEqual(['lunkit_build_info{version="1.2.3",node="v24.21.0"} 1'])
    expect(await samples('lunkit_build_info', COUNTERS, { ...INVENTORY, commit: 'abc' })).toEqual([
      'lunkit_build_info{version="1.2.3",node="v24.21.0",commit="abc"} 1',
    ])
  })

  it('has of a LUN what there is of it: no size where it is not open, what it takes where it is a file', async () => {
    const [file] = INVENTORY.luns
    const luns = [
      { ...file, lun: 'fileio/f', allocated: 0 },
      { ...file, lun: 'ramdisk/r' },
      { ...file, lun: 'fileio/gone', state: 'deactivated' as const },
    ] as typeof INVENTORY.luns
    const has = async (name: string) => await samples(name, COUNTERS, { ...INVENTORY, luns })
    expect(await has('lunkit_lun_allocated_bytes')).toEqual(['lunkit_lun_allocated_bytes{lun="fileio/f"} 0'])
    expect(await has('lunkit_lun_size_bytes')).toEqual([
      'lunkit_lun_size_bytes{lun="fileio/f"} 1024',
      'lunkit_lun_size_bytes{lun="ramdisk/r"} 1024',
    ])
    expect((await has('lunkit_lun_info')).length).toBe(2)
  })

  it.each([
    [null, false, []],
    [7, true, ['lunkit_config_last_saved_timestamp_seconds 7']],
  ])(
    'has when the file was written, where it was (%j), and 1 where that is not all: %j',
    async (saved, unsaved, lines) => {
      const inventory = { ...INVENTORY, configuration: { saved, unsaved, fallbacks: 0 } }
      expect(await samples('lunkit_config_last_saved', COUNTERS, inventory)).toEqual(lines)
      expect(await samples('lunkit_config_unsaved', COUNTERS, inventory)).toEqual([
        `lunkit_config_unsaved_changes ${Number(unsaved)}`,
      ])
    },
  )

  it('has 1 for the state that a LUN is in', async () => {
    expect(await samples('lunkit_lun_state')).toEqual([
      'lunkit_lun_state{lun="fileio/a",state="ready"} 1',
      'lunkit_lun_state{lun="fileio/a",state="readonly"} 0',
      'lunkit_lun_state{lun="fileio/a",state="faulted"} 0',
      'lunkit_lun_state{lun="fileio/a",state="deactivated"} 0',
    ])
  })

  it('has no sessions where lunkitd does not tell all of them', async () => {
    expect(await samples('lunkit_session_info', COUNTERS, { ...INVENTORY, sessionsLeftOut: 1 })).toEqual([])
  })
})

describe('OpenMetrics', () => {
  it('knows counters without _total, and ends with EOF', async () => {
    const text = await textOf(exposition(), told(COUNTERS), Format.openMetrics)
    expect(text).toContain(
      '# TYPE lunkit_lun_operations counter\nlunkit_lun_operations_total{lun="fileio/a",op="read"} 7\n',
    )
    expect(text.endsWith('lunkit_scrape_duration_seconds 0.5\n# EOF\n')).toBe(true)
  })
})

it('of a lunkitd that is away nothing is told but that', async () => {
  const text = await textOf(exposition(), { told: undefined, durationSeconds: 0.25 })
  expect(text.split('\n').filter(line => /^[^#]/.test(line))).toEqual([
    'lunkit_up 0',
    'lunkit_scrape_duration_seconds 0.25',
  ])
})
