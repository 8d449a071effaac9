import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { Format } from '../exposition/format.ts'
import { INVENTORY } from '../testing/told.ts'
import type { ToldMetrics } from '../told-metrics.ts'
import { type Compat, compatText } from './compat.ts'

const GATEWAY = hostname()
const cell = (metric: string, of: string, kind: 'counter' | 'histogram' = 'counter') => ({ metric, kind, of })
const row = (labels: string[], values: number[], histograms: number[][] = []) => ({ labels, values, histograms })

/** One LUN that one initiator has read twice and written once, by two portal groups. */
const TOLD: ToldMetrics = {
  counters: {
    bounds: [1],
    blocks: [
      {
        name: 'unit',
        labels: ['unit'],
        cells: [
          cell('commands', 'read'),
          cell('commands', 'write'),
          cell('bytes', 'read'),
          cell('bytes', 'write'),
          cell('duration', 'read', 'histogram'),
        ],
        rows: [
          row(['fileio/a'], [0, 2, 1, 1, 2, 1000, 3, 512], [[4, 2, 0.25, 2]]),
          row(['_absent'], [0, 9]),
          row(['_ended'], [0, 9]),
        ],
      },
      {
        name: 'nexus',
        labels: ['target', 'tpg', 'initiator', 'unit'],
        cells: [cell('commands', 'read'), cell('commands', 'write'), cell('bytes', 'read'), cell('bytes', 'write')],
        rows: [
          row(['iqn.t', '1', 'iqn.i', 'fileio/a'], [0, 1, 1, 1, 2, 500, 3, 512]),
          row(['iqn.t', '2', 'iqn.i', 'fileio/a'], [0, 1, 2, 500]),
          row(['iqn.t', '1', 'iqn.away', 'fileio/a'], []),
          row(['iqn.t', '1', '_ended', 'fileio/a'], [0, 7]),
        ],
      },
      { name: 'lane', labels: ['lane'], cells: [cell('busySeconds', '')], rows: [row(['0'], [0, 1.5])] },
    ],
  },
  inventory: INVENTORY,
}

const linesOf = (name: Compat, format: Format = Format.text): readonly string[] =>
  compatText([name], { told: TOLD, durationSeconds: 0.5 }, format).split('\n')
const samplesOf = (name: Compat): readonly string[] => linesOf(name).filter(line => /^[^#]/.test(line))

describe('the names of ceph-iscsi', () => {
  it('are nine, and told of what lunkit has', () => {
    const at = `gw_name="${GATEWAY}"`
    expect(samplesOf('ceph-iscsi')).toEqual([
      `ceph_iscsi_scrape_duration_seconds{${at}} 0.5`,
      'ceph_iscsi_gateway_tpg_total{gw_iqn="iqn.t"} 1',
      `ceph_iscsi_lun_mapped{lun_name="fileio/a",${at},gw_owner="192.0.2.1"} 1`,
      `ceph_iscsi_lun_size_bytes{lun_name="fileio/a",${at}} 1024`,
      `ceph_iscsi_lun_iops{${at},client_iqn="iqn.i",lun_name="fileio/a"} 3`,
      `ceph_iscsi_lun_iops{${at},client_iqn="iqn.away",lun_name="fileio/a"} 0`,
      `ceph_iscsi_lun_read_bytes{${at},client_iqn="iqn.i",lun_name="fileio/a"} 1000`,
      `ceph_iscsi_lun_read_bytes{${at},client_iqn="iqn.away",lun_name="fileio/a"} 0`,
      `ceph_iscsi_lun_write_bytes{${at},client_iqn="iqn.i",lun_name="fileio/a"} 512`,
      `ceph_iscsi_lun_write_bytes{${at},client_iqn="iqn.away",lun_name="fileio/a"} 0`,
      `ceph_iscsi_client_login{${at},client_iqn="iqn.i"} 1`,
      `ceph_iscsi_client_login{${at},client_iqn="iqn.away"} 0`,
      `ceph_iscsi_client_lun{${at},client_iqn="iqn.i",lun_name="fileio/a"} 3`,
      `ceph_iscsi_client_lun{${at},client_iqn="iqn.away",lun_name="fileio/a"} 3`,
    ])
  })

  it('that contradict what they are have no type', () => {
    expect(linesOf('ceph-iscsi')).toContain('# TYPE ceph_iscsi_lun_iops untyped')
    expect(linesOf('ceph-iscsi', Format.openMetrics)).toContain('# TYPE ceph_iscsi_lun_iops unknown')
  })
})

describe('the names of ceph-nvmeof', () => {
  it('are told of LUNs as bdevs, with what they have done', () => {
    expect(samplesOf('ceph-nvmeof').filter(line => line.startsWith('ceph_nvmeof_bdev'))).toEqual([
      'ceph_nvmeof_bdev_metadata{bdev_name="fileio/a",pool_name="fileio",namespace="",rbd_name="a",block_size="512"} 1',
      'ceph_nvmeof_bdev_capacity_bytes{bdev_name="fileio/a"} 1024',
      'ceph_nvmeof_bdev_reads_completed_total{bdev_name="fileio/a"} 2',
      'ceph_nvmeof_bdev_writes_completed_total{bdev_name="fileio/a"} 1',
      'ceph_nvmeof_bdev_read_bytes_total{bdev_name="fileio/a"} 1000',
      'ceph_nvmeof_bdev_written_bytes_total{bdev_name="fileio/a"} 512',
      'ceph_nvmeof_bdev_read_seconds_total{bdev_name="fileio/a"} 0.25',
      'ceph_nvmeof_bdev_write_seconds_total{bdev_name="fileio/a"} 0',
    ])
  })

  it('are told of targets as subsystems, and of sessions as hosts', () => {
    expect(samplesOf('ceph-nvmeof').filter(line => /^ceph_nvmeof_(?:subsystem|host)/.test(line))).toEqual([
      'ceph_nvmeof_subsystem_metadata{nqn="iqn.t",serial_number="",model_number="lunkit",allow_any_host="yes",ha_enabled="no",group="_null_"} 1',
      'ceph_nvmeof_subsystem_listener_count{nqn="iqn.t"} 1',
      'ceph_nvmeof_subsystem_host_count{nqn="iqn.t"} 2',
      'ceph_nvmeof_subsystem_namespace_limit{nqn="iqn.t"} 16384',
      'ceph_nvmeof_subsystem_namespace_count{nqn="iqn.t"} 1',
      'ceph_nvmeof_subsystem_namespace_metadata{nqn="iqn.t",nsid="3",bdev_name="fileio/a",anagrpid="1"} 1',
      `ceph_nvmeof_host_connection_state{gw_name="${GATEWAY}",nqn="iqn.t",host_nqn="iqn.i",host_addr="[::1]:40000"} 1`,
    ])
  })

  it('have of lanes how long they were busy, and counters without _total in OpenMetrics', () => {
    expect(samplesOf('ceph-nvmeof')).toContain('ceph_nvmeof_reactor_seconds_total{name="lane 0",mode="busy"} 1.5')
    expect(linesOf('ceph-nvmeof', Format.openMetrics)).toContain('# TYPE ceph_nvmeof_reactor_seconds counter')
  })
})
