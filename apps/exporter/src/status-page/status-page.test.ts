import { routes } from '@lunkit/control/client'
import { MetricsServer, type MetricsSource } from '@lunkit/metrics'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Clock, machineClock } from './clock.ts'
import { StatusPage } from './status-page.ts'
import { FakeClient } from './testing/fake-client.ts'
import { counters, lun, refusal, session, TARGET, TOLD } from './testing/told.ts'

const source: MetricsSource = { read: async () => undefined, isReady: async () => true, isHealthy: async () => true }

/** A clock on which what takes seconds takes hundredths. */
const hurried: Clock = { ...machineClock, after: (milliseconds, call) => machineClock.after(milliseconds / 100, call) }

let client: FakeClient
let page: StatusPage
let server: MetricsServer
beforeEach(async () => {
  client = new FakeClient()
  page = new StatusPage({ client, clock: hurried })
  server = await MetricsServer.open({ host: '127.0.0.1', port: 0, source, pages: page })
})
afterEach(async () => {
  page.close()
  await server.close()
})

const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(server.url.replace('/metrics', path), init)
const read = async (path = '/'): Promise<string> => (await ask(path)).text()
/** What is read in a page, without its elements. */
const wordsOf = (html: string): string => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
const rowsOf = (html: string, table: string): number => {
  const [, body = ''] = new RegExp(`<table class="${table}".*?<tbody[^>]*>(.*?)</tbody>`).exec(html) ?? []
  return body.split('<tr').length - 1
}

it('the page says how lunkitd is, what is wrong and what to do', async () => {
  const troubles = [{ path: '/backstores/fileio/a', wrong: 'its flush failed', remedy: 'lunkit clear-fault fileio/a' }]
  client.told = { ...TOLD, status: { ...TOLD.status, health: 'degraded', troubles } }
  const words = wordsOf(await read())
  expect(words).toContain('degraded lunkitd serves, and something is wrong')
  expect(words).toContain('/backstores/fileio/a its flush failed lunkit clear-fault fileio/a')
  expect(words).toContain('/etc/lunkit/saveconfig.json , saved')
})

it('the page has every LUN, session and refusal, in words', async () => {
  const inventory = { ...TOLD.inventory, sessions: [session({ alias: 'db1' })] }
  client.told = { ...TOLD, inventory, refusals: { refusals: [refusal({ times: 1200, initiator: null })], counts: [] } }
  const words = wordsOf(await read())
  expect(words).toContain(`a ready ${TARGET}/tpg1/lun3 fileio 1 GiB`)
  expect(words).toContain(`iqn.1993-08.org.debian:01:host db1 ${TARGET} 10.0.0.7:40000`)
  expect(words).toContain(`no ACL has it create one 1,200 0202 10.0.0.9:1 not said ${TARGET}`)
})

it('only methods are asked that whoever may read only may ask', async () => {
  await read()
  expect([...new Set(client.asked.map(name => routes[name].access))]).toEqual(['reads'])
})

describe('names that an initiator has chosen', () => {
  const EVIL = `"><script src=//evil></script><img src=x onerror=alert(1)>'&\u202e`
  beforeEach(() => {
    const hostile = session({ initiator: EVIL, alias: EVIL, address: EVIL, target: EVIL })
    const luns = [lun(`fileio/${EVIL}`)]
    const mappings = [{ target: EVIL, tpg: 1, number: 0, lun: `fileio/${EVIL}` }]
    const troubles = [{ path: EVIL, wrong: EVIL, remedy: EVIL }]
    client.told = {
      ...TOLD,
      status: { ...TOLD.status, version: EVIL, troubles, configuration: { path: EVIL, unsaved: true } },
      inventory: { ...TOLD.inventory, node: EVIL, luns, mappings, sessions: [hostile] },
      refusals: {
        refusals: [refusal({ reason: EVIL, remedy: EVIL, remote: EVIL, initiator: EVIL, target: EVIL })],
        counts: [],
      },
      counters: counters({ [`fileio/${EVIL}`]: { reads: 1 } }),
    }
  })

  it('are texts, wherever they stand', async () => {
    const html = await read()
    expect(html.match(/<script|<img|onerror=[^&]*>/g)).toEqual(['<script'])
    expect(html).toContain('&lt;script src=//evil&gt;')
    expect(html).not.toContain('\u202e')
  })

  it('are texts in what is looked for, and in the links to further pages', async () => {
    const html = await read(`/?find=${encodeURIComponent('"><b>')}&sort=-iops`)
    expect(html).not.toContain('<b>')
    expect(html).toContain('value="&quot;&gt;&lt;b&gt;"')
  })

  it('stay in the one line of JSON that an event is', async () => {
    const stream = await ask('/events')
    const reader = stream.body?.getReader()
    let text = ''
    while (!/\n\n.*\n\n/s.test(text)) text += new TextDecoder().decode((await reader?.read())?.value)
    await reader?.cancel()
    const [retry, event] = text.split('\n\n')
    expect(retry).toBe('retry: 2000')
    expect(event?.split('\n')).toHaveLength(2)
    expect(Object.keys(JSON.parse(event?.split('data: ')[1] ?? ''))).toContain('luns')
  })

  it('could do nothing if they were more: nothing is run or loaded but the files of the page', async () => {
    const { headers } = await ask('/')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/)
    expect(policy).not.toMatch(/unsafe|\*|http|data:/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('a thousand LUNs', () => {
  beforeEach(() => {
    const keys = Array.from({ length: 1000 }, (_, at) => `fileio/disk${at}`)
    const luns = keys.map((key, at) => lun(key, { size: at * 2 ** 20, ...(at === 777 && { state: 'faulted' }) }))
    const sessions = keys.map((_, tsih) => session({ tsih, initiator: `iqn.2026-11.com.example:host${tsih}` }))
    const refusals = keys.slice(0, 200).map(() => refusal())
    const troubles = keys.map(path => ({ path, wrong: 'x', remedy: 'y' }))
    client.told = {
      ...TOLD,
      status: { ...TOLD.status, troubles },
      inventory: { ...TOLD.inventory, luns, sessions, sessionsLeftOut: 7 },
      refusals: { refusals, counts: [] },
    }
  })

  it('are shown a page at a time, those that something is wrong with first', async () => {
    const html = await read()
    const tables = ['troubles', 'luns', 'sessions', 'refusals']
    expect(tables.map(table => rowsOf(html, table))).toEqual([10, 50, 25, 25])
    expect(wordsOf(html)).toContain('p99 ms disk777 faulted')
    expect(wordsOf(html)).toContain('1–50 of 1,000')
    expect(wordsOf(html)).toContain('1,000 sessions, and 7 more: lunkit sessions')
    expect(html.length).toBeLessThan(100_000)
  })

  it.each([
    ['a further page', '/?luns=2&sort=name', 'disk50'],
    ['a page that is none any more: the last', '/?luns=9999&sort=name', 'disk950'],
    ['the largest first', '/?sort=-size', 'disk999'],
    ['what is looked for', '/?find=K99&sort=-name', 'disk999'],
    ['those in a state', '/?state=faulted', 'disk777'],
  ])('%s', async (_what, path, first) => {
    expect(wordsOf(await read(path))).toContain(`p99 ms ${first} `)
  })

  it.each([
    ['the first', '/', ['next', 'last']],
    ['a middle one', '/?luns=2', ['first', 'prev', 'next', 'last']],
    ['the last', '/?luns=9999', ['first', 'prev']],
  ])('%s has links to where there are pages, and to nowhere else', async (_what, path, links) => {
    const pager = /aria-label="pages of luns".*?<\/nav>/s.exec(await read(path))?.[0] ?? ''
    expect([...pager.matchAll(/rel="(\w+)"/g)].map(([, rel]) => rel)).toEqual(links)
  })

  it('that nobody has said of what is looked for is said', async () => {
    expect(wordsOf(await read('/?find=none-such'))).toContain('No LUN is what you look for.')
  })
})

it('a lunkitd that is away is said to be, and a page is there all the same', async () => {
  client.away = 'no lunkitd answers at /run/lunkit/control.sock'
  const html = await read()
  expect(html).toContain('<title>away – lunkitd</title>')
  expect(wordsOf(html)).toContain(
    'away lunkitd does not answer It says: no lunkitd answers at /run/lunkit/control.sock',
  )
})

describe('what is asked of the page', () => {
  it.each([
    ['/status.css', 'text/css; charset=utf-8'],
    ['/status.js', 'text/javascript; charset=utf-8'],
    ['/status.svg', 'image/svg+xml'],
    ['/?x', 'text/html; charset=utf-8'],
  ])('%s is there', async (path, type) => {
    const { status, headers } = await ask(path)
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, type, 'no-store'])
  })

  it('all else is as it was without it', async () => {
    expect([(await ask('/metrics')).status, (await ask('/-/ready')).status, (await ask('/x')).status]).toEqual([
      200, 200, 404,
    ])
  })

  it('HEAD has the head alone, and another method is refused before lunkitd is asked anything', async () => {
    expect((await ask('/', { method: 'POST', body: 'x' })).status).toBe(405)
    expect(client.asked).toEqual([])
    const head = await ask('/', { method: 'HEAD' })
    expect([head.status, Number(head.headers.get('content-length')) > 1000, await head.text()]).toEqual([200, true, ''])
  })

  it('the stream is not for pages of others, and not for more than so many at once', async () => {
    expect((await ask('/events', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
    const streams = await Promise.all(Array.from({ length: 16 }, () => ask('/events')))
    expect((await ask('/events')).status).toBe(503)
    for (const { body } of streams) await body?.cancel()
  })
})
