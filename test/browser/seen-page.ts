import { setTimeout as delay } from 'node:timers/promises'
import axe, { type AxeResults } from 'axe-core'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { findTool } from '../harness/tool.ts'

/** How somebody looks at a page. */
export interface Look {
  readonly width: number
  readonly height: number
  readonly scheme: 'light' | 'dark'
  /** How high a picture of it is. */
  readonly pictureHeight: number
  /** Device pixels of a pixel. */
  readonly scale?: number
  readonly script?: boolean
}

/** Looks that a page must stand. */
export const LOOKS = {
  'desktop-light': { width: 1280, height: 900, pictureHeight: 1080, scheme: 'light' },
  'desktop-dark': { width: 1280, height: 900, pictureHeight: 1080, scheme: 'dark' },
  'phone-light': { width: 390, height: 844, pictureHeight: 1600, scheme: 'light', scale: 1.25 },
  'phone-dark': { width: 390, height: 844, pictureHeight: 1600, scheme: 'dark', scale: 1.25 },
} as const satisfies Readonly<Record<string, Look>>

/** Starts Chromium, which leaves what it keeps in a directory. */
export function startChromium(directory: string): Promise<Browser> {
  return puppeteer.launch({
    executablePath: findTool('chromium'),
    // Root has no sandbox, and a container little shared memory.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-lcd-text', '--hide-scrollbars'],
    env: { ...process.env, HOME: directory, XDG_CONFIG_HOME: directory, XDG_CACHE_HOME: directory },
    userDataDir: `${directory}/chromium`,
  })
}

/** A finding of axe. */
export interface Finding {
  readonly rule: string
  readonly impact: string
  readonly where: readonly string[]
}

/** A page that somebody looks at, and all that goes wrong there. */
export class SeenPage implements AsyncDisposable {
  readonly page: Page
  /** What the console has said that is worse than a note, and what was thrown. */
  readonly complaints: string[] = []

  readonly #look: Look

  private constructor(page: Page, look: Look) {
    this.page = page
    this.#look = look
    page.on('console', message => {
      if (['error', 'warn'].includes(message.type())) this.complaints.push(message.text())
    })
    page.on('pageerror', error => this.complaints.push(String(error)))
    page.on('dialog', dialog => {
      this.complaints.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
  }

  /** Opens one. */
  static async open(browser: Browser, url: string, look: Look): Promise<SeenPage> {
    const page = await browser.newPage()
    const seen = new SeenPage(page, look)
    const { width, height, scheme, scale = 1, script = true } = look
    await page.setViewport({ width, height, deviceScaleFactor: scale, hasTouch: width < TOUCHED_WIDTH })
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    await page.setJavaScriptEnabled(script)
    await page.goto(url, { waitUntil: 'load' })
    return seen
  }

  /** The text of what a selector finds. */
  text(selector: string): Promise<string> {
    return this.page.$eval(selector, element => element.textContent?.replace(/\s+/g, ' ').trim() ?? '')
  }

  /** The texts of all that a selector finds. */
  texts(selector: string): Promise<string[]> {
    return this.page.$$eval(selector, all => all.map(each => each.textContent?.trim() ?? ''))
  }

  /** An attribute of what a selector finds. */
  attribute(selector: string, name: string): Promise<string | null> {
    return this.page.$eval(selector, (element, wanted) => element.getAttribute(wanted), name)
  }

  /** Waits until the text of what a selector finds is like that. */
  until(selector: string, like: RegExp): Promise<void> {
    return patiently(async () => like.test(await this.text(selector)), `${selector} is ${like.source}`)
  }

  /** Waits until an attribute of what a selector finds is not that any more. */
  untilOther(selector: string, name: string, value: string | null): Promise<void> {
    return patiently(async () => (await this.attribute(selector, name)) !== value, `${name} of ${selector} changes`)
  }

  /** Goes where a click leads. */
  async follow(selector: string): Promise<void> {
    await Promise.all([this.page.waitForNavigation({ waitUntil: 'load' }), this.page.click(selector)])
  }

  /** By how many pixels it is wider than it can be seen. */
  overflow(): Promise<number> {
    return this.page.$eval('html', ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
  }

  /** Takes a picture of its upper part. @returns how many bytes that has */
  async picture(path: `${string}.png`): Promise<number> {
    const { width, pictureHeight: height, scale = 1 } = this.#look
    await this.page.setViewport({ width, height, deviceScaleFactor: scale })
    return (await this.page.screenshot({ path })).length
  }

  /** The text of what has the keyboard. */
  focused(): Promise<string | null> {
    return this.page.$eval(':focus', ({ textContent }) => textContent)
  }

  /** What axe finds that keeps people from using it. */
  async findings(): Promise<readonly Finding[]> {
    await this.page.evaluate(axe.source)
    const { violations } = (await this.page.evaluate('axe.run()')) as AxeResults
    return violations.map(({ id: rule, impact, nodes }) => {
      return { rule, impact: impact ?? '', where: nodes.map(({ target }) => String(target)).slice(0, 3) }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.close()
  }
}

/** What is narrower is a phone. */
const TOUCHED_WIDTH = 500
const PATIENCE_MS = 20_000
const LOOK_AGAIN_MS = 100

/** Waits for something to become so; a page that is being replaced is looked at again. */
async function patiently(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > endMs) throw new Error(`it is waited in vain until ${what}`)
    await delay(LOOK_AGAIN_MS)
  }
}
