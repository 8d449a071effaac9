import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

describe('isns', () => {
  it('has targets registered at a server, and taken back', async () => {
    const said = [await bench.line('isns 192.0.2.7'), await bench.line('isns isns.example.org:3999 entity=storage1')]
    expect(said.flatMap(({ out }) => out)).toEqual([
      'Targets are registered at 192.0.2.7.',
      'Targets are registered at isns.example.org:3999.',
    ])
    expect(bench.model.configuration.lunkit).toEqual({
      isns: [{ server: '192.0.2.7' }, { server: 'isns.example.org:3999', entity: 'storage1' }],
    })
    expect((await bench.line('isns 192.0.2.7 off')).out).toEqual(['Targets are registered at 192.0.2.7 no longer.'])
    expect((await bench.line('isns 192.0.2.7 off')).code).toBe(1)
  })

  it('refuses what is no server', async () => {
    const { code, err } = await bench.line('isns 192.0.2.7:0')
    expect({ code, err: err[0] }).toMatchObject({ code: 1 })
  })

  it('shows how it goes', async () => {
    expect((await bench.line('isns')).out).toEqual(['Targets are registered nowhere.'])
    const server = { server: '192.0.2.7', entity: 'lunkit-0123456789abcdef', targets: 2, portals: 1, failures: 0 }
    const isns: typeof bench.model.status.isns = [
      { ...server, state: 'registered', wrong: null },
      {
        ...server,
        server: 'isns.example.org',
        targets: 0,
        portals: 0,
        state: 'waiting',
        wrong: 'connect ECONNREFUSED',
      },
    ]
    bench.model.status = { ...bench.model.status, isns }
    expect((await bench.line('isns')).out).toEqual([
      'server            entity                   targets  portals  state',
      '192.0.2.7         lunkit-0123456789abcdef  2        1        registered',
      'isns.example.org  lunkit-0123456789abcdef  0        0        waiting: connect ECONNREFUSED',
    ])
  })
})
