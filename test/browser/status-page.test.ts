import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BusyLunkitd, HOSTILE } from './busy-lunkitd.ts'
import { LOOKS, type Look, SeenPage, startChromium } from './seen-page.ts'

const DESKTOP = LOOKS['desktop-light']
const looks = Object.entries(LOOKS)
const [LINE, ROWS] = ['#charts path.first:not(.area)', '#luns tbody tr']

let busy: BusyLunkitd
let browser: Browser
beforeAll(async () => {
  busy = await BusyLunkitd.start()
  browser = await startChromium(busy.directory)
})
afterAll(async () => {
  await browser?.close()
  await busy?.[Symbol.asyncDispose]()
})

const open = (look: Look, query = ''): Promise<SeenPage> => SeenPage.open(browser, busy.page + query, look)
const numbers = (texts: readonly string[]): readonly number[] => texts.map(text => Number(text.replace(/[,<–]/g, '')))

describe('the page of a lunkitd that is used', () => {
  it('says what is wrong and what to do, and which LUN it is', async () => {
    await using seen = await open(DESKTOP)
    expect(await seen.page.title()).toBe('degraded – lunkitd')
    expect(await seen.texts('.troubles tbody tr:first-child > *')).toEqual([
      '/backstores/fileio/lost',
      expect.stringMatching(/^it is not served: /),
      'mend that, and have the configuration read again',
    ])
    expect((await seen.texts('#luns tbody tr:first-child > *')).slice(0, 2)).toEqual(['lost', 'deactivated'])
    expect(await seen.text('#refusals')).toContain('there is no target iqn.2026-11.com.example:typo')
  })

  it('moves: charts go on, and numbers are those of the load', async () => {
    await using seen = await open(DESKTOP, '?sort=-iops')
    await seen.until('#live', /^live$/)
    const before = await seen.attribute(LINE, 'd')
    await seen.untilOther(LINE, 'd', before)
    const [iops = 0] = numbers(await seen.texts('#luns tbody tr:first-child td:nth-child(6)'))
    expect(iops).toBeGreaterThan(10)
    expect(await seen.text('#charts figure:first-child .first strong')).toMatch(/^[1-9]/)
    expect(seen.complaints).toEqual([])
  })

  it('shows a name that is HTML as what it is', async () => {
    await using seen = await open(DESKTOP)
    await seen.until('#live', /^live$/)
    await seen.untilOther(LINE, 'd', await seen.attribute(LINE, 'd'))
    expect(await seen.texts('#sessions .alias')).toEqual([HOSTILE])
    expect(await seen.page.$$('img')).toEqual([])
    expect(seen.complaints).toEqual([])
  })
})

describe.each([
  ['with a script', DESKTOP],
  ['without a script', { ...DESKTOP, script: false }],
  ['on a phone without a script', { ...LOOKS['phone-dark'], script: false }],
])('tables %s', (_how, look) => {
  it('are there, and hold what is looked for', async () => {
    await using seen = await open(look)
    expect(await seen.texts('#luns tbody th')).toHaveLength(6)
    expect(await seen.texts('#sessions tbody th')).toHaveLength(4)
    await seen.page.type('#find', 'backup')
    await seen.follow('form button')
    expect(await seen.texts('#luns tbody th')).toEqual(['archive', 'snapshots'])
    expect(await seen.texts('#sessions tbody th bdi:first-child')).toEqual(['iqn.1993-08.org.debian:01:nightly'])
    await seen.page.select('#state', 'faulted')
    await seen.follow('form button')
    expect(await seen.text('#luns')).toBe('No LUN is what you look for.')
    await seen.follow('form a')
    expect(await seen.texts('#luns tbody th')).toHaveLength(6)
  })
})

it.each([
  ['with a script', true],
  ['without a script', false],
])('a click at the head of a column puts LUNs in order, another one the other way round, %s', async (_how, script) => {
  await using seen = await open({ ...DESKTOP, script })
  const orders: string[] = []
  for (const direction of ['descending', 'ascending']) {
    await seen.follow('#luns thead th:nth-child(5) a')
    expect(await seen.attribute('#luns thead th:nth-child(5)', 'aria-sort')).toBe(direction)
    orders.push((await seen.texts('#luns tbody td:nth-child(5)')).join())
  }
  expect(orders).toEqual(['512 MiB,512 MiB,256 MiB,64 MiB,32 MiB,–', '–,32 MiB,64 MiB,256 MiB,512 MiB,512 MiB'])
})

it('on a phone a list puts LUNs in order', async () => {
  await using seen = await open(LOOKS['phone-light'])
  await seen.page.select('#sort', '-name')
  await seen.follow('form button')
  expect(await seen.texts('#luns tbody th')).toEqual(['spool', 'snapshots', 'lost', 'index', 'films', 'archive'])
})

it('whoever goes by the keyboard comes to the LUNs at once, and stays at a link while the page changes', async () => {
  await using seen = await open(DESKTOP)
  await seen.page.keyboard.press('Tab')
  expect(await seen.focused()).toBe('to the LUNs')
  await seen.page.focus('#luns thead th:nth-child(6) a')
  await seen.untilOther(LINE, 'd', await seen.attribute(LINE, 'd'))
  expect(await seen.focused()).toBe('IOPS')
})

describe('a value of a chart is said', () => {
  const [SLIDER, SAID] = ['#charts figure:first-child input', '#charts figure:first-child .said']
  const VALUES = /^(?:now|[\d]+ s ago): read [\d.,]+, write [\d.,]+$/

  it('where the pointer is, and goes on to be while the chart moves', async () => {
    await using seen = await open(DESKTOP)
    await seen.until('#live', /^live$/)
    await seen.untilOther(LINE, 'd', await seen.attribute(LINE, 'd'))
    await seen.page.hover(SLIDER)
    expect(await seen.text(SAID)).toMatch(VALUES)
    const mark = await seen.attribute('#charts .mark', 'd')
    await seen.untilOther(LINE, 'd', await seen.attribute(LINE, 'd'))
    expect([await seen.text(SAID), mark]).toEqual([
      expect.stringMatching(VALUES),
      expect.stringMatching(/^M[\d.]+ 0V100$/),
    ])
    await seen.page.hover('#luns-head')
    expect(await seen.texts('#charts .said')).toEqual(['', '', ''])
  })

  it('where the keyboard goes, to who sees it and to who hears it', async () => {
    await using seen = await open(DESKTOP)
    await seen.until('#live', /^live$/)
    await seen.page.focus(SLIDER)
    const said = await seen.text(SAID)
    for (let step = 0; step < 30; step++) await seen.page.keyboard.press('ArrowLeft')
    const oldest = await seen.text(SAID)
    expect([said, oldest]).toEqual([expect.stringMatching(VALUES), expect.stringMatching(VALUES)])
    expect(await seen.attribute(SLIDER, 'aria-valuetext')).toBe(oldest)
    expect(Number.parseInt(oldest, 10)).toBeGreaterThan(0)
  })

  it('where a finger is, on a phone, within its edges', async () => {
    await using seen = await open(LOOKS['phone-light'])
    await seen.until('#live', /^live$/)
    await seen.page.tap(SLIDER)
    expect([await seen.text(SAID), await seen.overflow()]).toEqual([expect.stringMatching(VALUES), 0])
    expect(await seen.findings()).toEqual([])
  })

  it('by no slider where there is no script', async () => {
    await using seen = await open({ ...DESKTOP, script: false })
    expect(await seen.page.$eval(SLIDER, ({ offsetWidth }) => offsetWidth)).toBe(0)
  })
})

it('Pause stops what moves, and lets it go on', async () => {
  await using seen = await open(DESKTOP)
  await seen.until('#live', /^live$/)
  await seen.page.click('#pause')
  await seen.until('#live', /^paused$/)
  const requests: string[] = []
  seen.page.on('request', request => requests.push(request.url()))
  await seen.page.click('#pause')
  await seen.until('#live', /^live$/)
  expect(requests).toEqual([`${busy.page}events`])
})

/** Screenshots are for the documents only when they are asked for. */
const pictures = fileURLToPath(
  new URL(
    process.env['LUNKIT_UPDATE_SCREENSHOTS'] === undefined ? '../../reports/screenshots' : '../../docs/screenshots',
    import.meta.url,
  ),
)

describe.each(looks)('seen as %s', (name, look) => {
  it('has nothing that keeps people from using it, and nothing that runs over its edge; a picture is taken of it', async () => {
    await using seen = await open(look)
    await seen.until('#live', /^live$/)
    expect([await seen.findings(), await seen.overflow(), seen.complaints]).toEqual([[], 0, []])
    await mkdir(pictures, { recursive: true })
    expect(await seen.picture(`${pictures}/status-${name}.png`)).toBeLessThan(200_000)
  })
})

describe('what goes away', () => {
  it('a lunkitd that ends is said to be away, and another one is found, by the same page', async () => {
    await using seen = await open(DESKTOP)
    await seen.until('#live', /^live$/)
    await busy.stopDaemon()
    await seen.until('#health', /^away/)
    expect(await seen.page.title()).toBe('away – lunkitd')
    expect(await seen.texts(ROWS)).toHaveLength(6)
    expect(await seen.findings()).toEqual([])
    await busy.startDaemon()
    await seen.until('#health', /^degraded/)
    await seen.until('#charts figure:first-child .first strong', /^[1-9]/)
    expect([await seen.page.title(), seen.complaints]).toEqual(['degraded – lunkitd', []])
  })

  it('an exporter that is started again is followed again', async () => {
    await using seen = await open(DESKTOP)
    await seen.until('#live', /^live$/)
    await busy.restartExporter()
    await seen.until('#live', /trying again/)
    await seen.until('#live', /^live$/)
    await seen.untilOther(LINE, 'd', await seen.attribute(LINE, 'd'))
    expect(await seen.texts(ROWS)).toHaveLength(6)
  })
})
