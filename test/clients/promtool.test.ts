import { connect } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { Exporter } from '../harness/exporter.ts'
import { promtool } from '../harness/promtool.ts'
import { Scratch } from '../harness/scratch.ts'

const IQN = 'iqn.2026-11.com.example:promtool'

describe('promtool, of Prometheus', () => {
  let scratch: Scratch
  let daemon: Daemon
  let exporter: Exporter

  beforeAll(async () => {
    scratch = await Scratch.create('promtool')
    const stores = [
      { plugin: 'ramdisk', name: 'a', sizeBytes: 1_048_576 },
      { plugin: 'fileio', name: 'b', path: scratch.path('b.img'), sizeBytes: 1_048_576, writeBack: true },
    ] as const
    daemon = await Daemon.start({ iqn: IQN, stores }, scratch.directory, { args: ['--metrics', '127.0.0.1:0'] })
    exporter = await Exporter.start(scratch.path('control.sock'))
  })
  afterAll(async () => {
    await exporter[Symbol.asyncDispose]()
    await daemon.stop()
    await scratch.remove()
  })

  it('finds nothing wrong with the metrics of a lunkitd that is busy', async () => {
    const { host, port } = daemon.address(0)
    await using session = await connect({ host, port, target: IQN })
    const load = [0, 1].map(async lun => {
      const unit = session.lun(lun)
      await unit.ready()
      for (let at = 0; at < 200; at++) await unit.write(at, await unit.read(at, 1))
      await unit.synchronizeCache()
    })
    const metrics = await exporter.metrics()
    expect(await judged(metrics)).toEqual({ code: 0, said: '' })
    await Promise.all(load)
    expect(await judged(await exporter.metrics())).toEqual({ code: 0, said: '' })
  })

  it("finds nothing wrong with the names of Ceph's exporters either, and with what lunkitd serves itself", async () => {
    await using compat = await Exporter.start(scratch.path('control.sock'), [
      '--compat',
      'ceph-iscsi',
      '--compat',
      'ceph-nvmeof',
    ])
    const { host, port } = daemon.address(0)
    await using session = await connect({ host, port, target: IQN })
    await session.lun(0).ready()
    const metrics = await compat.metrics()
    expect(await judged(metrics)).toEqual({ code: 0, said: '' })
    expect(new Set(metrics.match(/^ceph_iscsi_\w+/gm)).size).toBe(9)
    expect(new Set(metrics.match(/^ceph_nvmeof_\w+/gm)).size).toBe(17)
    const url = daemon.metricsUrl
    expect(await judged(await (await fetch(url)).text())).toEqual({ code: 0, said: '' })
  })

  it('finds what is wrong with others', async () => {
    expect(await judged('# HELP a_total what\n# TYPE a_total gauge\na_total 1\n')).toMatchObject({ code: 3 })
  })
})

/** What promtool says of metrics. */
const judged = (metrics: string): Promise<{ readonly code: number; readonly said: string }> =>
  promtool(['check', 'metrics'], metrics)
