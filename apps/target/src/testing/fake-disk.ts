import type { OpenFile } from '@lunkit/config'
import type { StateCalls } from '../state/state-files.ts'

interface Inode {
  content: string
  /** What is on stable storage; undefined where that is not known. */
  stable: string | undefined
}

/** A call that fails: with this error, before it does anything or after it has done all. */
export interface PlantedFailure {
  readonly code: string
  readonly isDone: boolean
}

/** What is to go wrong: at which call, counted from 0. */
export interface Plan {
  readonly failures?: ReadonlyMap<number, PlantedFailure>
  /** At this call the power fails: neither it nor any later one ever returns. */
  readonly crashAt?: number
}

const error = (code: string, syscall: string) =>
  Object.assign(new Error(`${code}: planted, ${syscall}`), { code, syscall })

/**
 * One directory of a file system in memory, with a page cache: what is not flushed may be lost, or torn, when the power fails; a file
 * and its name are flushed apart.
 */
export class FakeDisk implements StateCalls {
  readonly names: Map<string, Inode>
  readonly #stableNames: Map<string, Inode>
  readonly #plan: Plan
  calls = 0
  /** Whether a name was changed, or may have been, since names were flushed. */
  isUnsettled = false
  /** Resolves when the power has failed. */
  readonly crashed: Promise<'crashed'>
  #crash: (() => void) | undefined

  constructor(contents: Readonly<Record<string, string>> = {}, plan: Plan = {}) {
    const inodes = Object.entries(contents).map(([name, content]): [string, Inode] => [
      name,
      { content, stable: content },
    ])
    this.names = new Map(inodes)
    this.#stableNames = new Map(inodes)
    this.#plan = plan
    this.crashed = new Promise(resolve => {
      this.#crash = () => resolve('crashed')
    })
  }

  /** The texts of the files by name. */
  get contents(): Record<string, string> {
    return Object.fromEntries([...this.names].map(([name, { content }]) => [name, content]))
  }

  /** What is there after the power failed; `choose` says of each thing that was not flushed whether it got there. */
  afterCrash(choose: () => boolean): Record<string, string> {
    const found: Record<string, string> = {}
    for (const name of new Set([...this.#stableNames.keys(), ...this.names.keys()])) {
      const [before, now] = [this.#stableNames.get(name), this.names.get(name)]
      const inode = before === now || choose() ? now : before
      if (inode) found[name] = inode.stable ?? inode.content.slice(0, choose() ? undefined : inode.content.length / 2)
    }
    return found
  }

  async open(path: string, flags: string): Promise<OpenFile> {
    if (flags === 'wx')
      return this.#call('open', () => {
        if (this.names.has(path)) throw error('EEXIST', 'open')
        const inode = { content: '', stable: undefined }
        this.names.set(path, inode)
        return this.#file(inode)
      })
    return this.#call('open', () => {
      const inode = this.names.get(path)
      return inode ? this.#file(inode) : this.#directory()
    })
  }

  readFile(path: string): Promise<string> {
    return this.#call('read', () => this.#find(path).content)
  }

  readdir(): Promise<string[]> {
    return this.#call('readdir', () => [...this.names.keys()].map(name => name.slice(name.lastIndexOf('/') + 1)))
  }

  rename(from: string, to: string): Promise<void> {
    this.isUnsettled = true
    return this.#call('rename', () => {
      this.names.set(to, this.#find(from))
      this.names.delete(from)
    })
  }

  rm(path: string, { force = false } = {}): Promise<void> {
    return this.#call('unlink', () => {
      if (!force) this.#find(path)
      this.names.delete(path)
    })
  }

  link(from: string, to: string): Promise<void> {
    return this.#call('link', () => {
      if (this.names.has(to)) throw error('EEXIST', 'link')
      this.names.set(to, this.#find(from))
    })
  }

  copyFile(from: string, to: string): Promise<void> {
    return this.#call('copyfile', () => {
      if (this.names.has(to)) throw error('EEXIST', 'copyfile')
      this.names.set(to, { content: this.#find(from).content, stable: undefined })
    })
  }

  #find(path: string): Inode {
    const inode = this.names.get(path)
    if (inode === undefined) throw error('ENOENT', 'open')
    return inode
  }

  #file(inode: Inode): OpenFile {
    return {
      chmod: () => this.#call('chmod', () => {}),
      writeFile: content =>
        this.#call('write', () => {
          inode.content = content.toString()
        }),
      sync: () =>
        this.#call('fsync', () => {
          inode.stable = inode.content
        }),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }
  }

  #directory(): OpenFile {
    const sync = () =>
      this.#call('fsync', () => {
        this.#stableNames.clear()
        for (const [name, inode] of this.names) this.#stableNames.set(name, inode)
      }).then(() => {
        this.isUnsettled = false
      })
    const no = () => Promise.reject(error('EISDIR', 'write'))
    return { chmod: no, writeFile: no, sync, [Symbol.asyncDispose]: () => Promise.resolve() }
  }

  async #call<R>(name: string, run: () => R): Promise<R> {
    const { failures, crashAt = Number.POSITIVE_INFINITY } = this.#plan
    const at = this.calls++
    const failure = failures?.get(at)
    await Promise.resolve()
    if (at >= crashAt) {
      this.#crash?.()
      return new Promise(() => {})
    }
    if (failure === undefined) return run()
    if (failure.isDone) run()
    throw error(failure.code, name)
  }
}
