import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ControlFault } from '../control-fault.ts'
import type { Peer } from '../control-service.ts'
import { ControlBench, ROOT } from '../testing/control-bench.ts'
import { PLANTED } from '../testing/fake-service.ts'

let bench: ControlBench
let peer: Peer | undefined
beforeEach(async () => {
  peer = ROOT
  bench = await ControlBench.open({ peerOf: () => peer })
})
afterEach(() => bench.close())

const TPG = { target: 'iqn.2026-11.com.example:disk', tag: 1 }

async function plant(): Promise<void> {
  await bench.client.call('edit', {
    edits: [
      { name: 'createTarget', given: { wwn: TPG.target } },
      { name: 'setTpgAuth', given: { ...TPG, userid: 'joe', password: PLANTED, mutual_password: PLANTED } },
    ],
  })
}

describe('the audit log', () => {
  it('says who asked what, when, and what came of it', async () => {
    const before = Date.now()
    await bench.client.call('save', { force: true })
    const [record] = bench.audit
    expect(record).toMatchObject({
      peer: { uid: 0, gid: 0, pid: 42 },
      method: 'save',
      access: 'changes',
      asked: { force: true },
      outcome: 'done',
      fault: undefined,
    })
    expect(record?.at.getTime()).toBeGreaterThanOrEqual(before)
    expect(record?.durationMs).toBeGreaterThanOrEqual(0)
  })

  it('says why something was not done', async () => {
    const fault = { what: 'has changed', where: '/etc/lunkit/saveconfig.json', right: 'force' }
    bench.fake.instead.set('save', () => Promise.reject(new ControlFault('conflict', fault)))
    await expect(bench.client.call('save')).rejects.toThrow('has changed')
    expect(bench.audit).toMatchObject([{ method: 'save', outcome: 'conflict', fault: { kind: 'conflict', ...fault } }])
  })

  it('has the names of what was no right argument, and no value: it may be a secret by any name', async () => {
    await expect(bench.client.call('save', { forc: true } as never)).rejects.toThrow('force')
    expect(bench.audit).toMatchObject([{ method: 'save', asked: { forc: '***' }, outcome: 'usage' }])
    const edits = [{ name: 'setTpgAuth', given: { ...TPG, passwor: [PLANTED], name: { a: PLANTED } } }]
    await expect(bench.client.call('edit', { edits } as never)).rejects.toThrow('passwor')
    const given = { target: '***', tag: '***', passwor: ['***'], name: { a: '***' } }
    expect(bench.audit[1]?.asked).toEqual({ edits: [{ name: 'setTpgAuth', given }] })
  })

  it('has what was no JSON, without it', async () => {
    await bench.request('POST /v1/save', `{"password": ${PLANTED}}`)
    expect(bench.audit).toMatchObject([{ method: 'save', asked: undefined, outcome: 'usage' }])
  })

  it('has reads, and who asked for events', async () => {
    const events = bench.client.events()
    const first = events.next()
    await bench.client.call('tree')
    while (bench.audit.length < 2) await new Promise(resolve => setImmediate(resolve))
    expect(new Set(bench.audit.map(({ method }) => method))).toEqual(new Set(['tree', 'events']))
    await bench.server.close()
    await first
  })
})

describe('a caller that cannot be told', () => {
  it('is not served, and the daemon is told why', async () => {
    await bench.server.close()
    const error = new Error('getsockopt: EBADF')
    await bench.serve({
      peerOf: () => {
        throw error
      },
    })
    await expect(bench.client.call('save')).rejects.toMatchObject({ kind: 'failed', where: '' })
    expect(bench.notices).toEqual([{ kind: 'failure', method: undefined, error }])
    expect(bench.fake.asked).toEqual([])
  })
})

describe('a secret', () => {
  it('arrives whole, whatever is in it', async () => {
    await plant()
    expect(bench.fake.configuration.targets).toMatchObject([{ tpgs: [{ chap_password: PLANTED }] }])
  })

  it('is in no answer: only that there is one', async () => {
    await plant()
    const { values } = await bench.client.call('values', { name: 'tpgAuth', given: TPG })
    expect(values).toEqual({ userid: 'joe', password: 'set', mutual_userid: '', mutual_password: 'set' })
    const { values: none } = await bench.client.call('values', { name: 'discoveryAuth', given: {} })
    expect(none).toMatchObject({ password: 'unset', mutual_password: 'unset' })
    const { nodes } = await bench.client.call('tree')
    expect(nodes[0]?.info).toEqual({ password: 'set', tag: 1 })
  })

  it('is in no audit record, no error and nothing that the daemon is told', async () => {
    await plant()
    const wrong = { ...TPG, tag: 7, password: PLANTED }
    const bad = [
      bench.client.call('edit', { edits: [{ name: 'setTpgAuth', given: wrong }] }),
      bench.client.call('edit', { edits: [{ name: 'setTpgAuth', given: { ...wrong, password: [PLANTED] } }] } as never),
      bench.client.call('edit', {
        edits: [{ name: 'setTpgAuth', given: { ...TPG, passwor: { password: PLANTED } } }],
      } as never),
      bench.client.call('plan', { document: `{"chap_password": "${PLANTED}"` }),
      bench.client.call('setPreferences', { preferences: { password: PLANTED } }),
    ].map(call => call.catch((error: Error) => JSON.stringify([error, error.message, error.stack])))
    const answers = [...(await Promise.all(bad)), await bench.request('POST /v1/edits', `{"password": "${PLANTED}`)]
    expect(bench.audit).toHaveLength(7)
    const quoted = JSON.stringify(PLANTED).slice(1, -1)
    expect(JSON.stringify([answers, bench.notices])).not.toContain(quoted)
    expect(JSON.stringify([answers, bench.notices])).not.toContain('s3cr3t')
    expect(bench.audit[0]?.asked).toMatchObject({ edits: [{}, { given: { userid: 'joe', password: '***' } }] })
  })

  it('is shown as the whole document to root, and to whoever runs the daemon', async () => {
    await plant()
    const { document } = await bench.client.call('document')
    expect(JSON.parse(document)).toMatchObject({ targets: [{ tpgs: [{ chap_password: PLANTED }] }] })
    peer = { uid: process.getuid?.() ?? 0, gid: 1, pid: 1 }
    expect((await bench.client.call('document')).document).toBe(document)
  })

  it.each([{ uid: 4711, gid: 0, pid: 1 }, undefined])('is shown to nobody else: %j', async other => {
    peer = other
    await expect(bench.client.call('document')).rejects.toMatchObject({
      kind: 'unauthorised',
      what: 'it reveals secrets',
    })
    expect(bench.fake.asked).toEqual([])
    expect(bench.audit).toMatchObject([{ method: 'document', peer: other, outcome: 'unauthorised' }])
  })

  it('is shown to whom nobody knows only where nobody but the owner can connect', async () => {
    await bench.server.close()
    peer = undefined
    await bench.serve({ peerOf: () => undefined, group: 'nosuchgroup' })
    expect(await bench.client.call('document')).toHaveProperty('document')
  })
})
