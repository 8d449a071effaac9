import type { Json, JsonObject } from '@lunkit/config'
import { FAULTS, FlushFaults } from './flush-faults.ts'
import { type KeptMount, MOUNTS } from './kept-mounts.ts'
import { KeptPreferences, PREFERENCES } from './kept-preferences.ts'
import { KeptSerials, SERIALS } from './kept-serials.ts'
import { machineMark } from './machine-mark.ts'
import { Section } from './section.ts'
import { type SectionFormat, SectionScope } from './section-format.ts'
import { memoryBacking, type StateBacking } from './state-backing.ts'
import { EMPTY_DOCUMENT, formatDocument, type StateDocument } from './state-document.ts'
import { StateWriter } from './state-writer.ts'
import { PORTS, TargetPortIds } from './target-port-ids.ts'

/** What must outlive lunkitd, wherever it is kept. */
export interface StateSections {
  /** The directory that it is kept in; undefined where it is forgotten when the process ends. */
  readonly directory: string | undefined
  /** Serial numbers that were made. */
  readonly serials: KeptSerials
  /** Relative target port identifiers. */
  readonly ports: TargetPortIds
  /** Disks whose flush failed. */
  readonly faults: FlushFaults
  /** What backing files lay on. */
  readonly mounts: Section<KeptMount>
  /** What users of the control API prefer. */
  readonly preferences: KeptPreferences
}

/** Where a state is kept, and for whom it is opened. */
export interface StateHome {
  /** The configuration file's absolute path. */
  readonly configuration: string
  readonly backing: StateBacking
  readonly directory: string
}

/**
 * The state: sections with schemas of their own in one text, of which whenever power fails the last one that was acknowledged is
 * there, or a later one. What it does not know, and what belongs to other configurations, stays as it is.
 */
export class StateStore implements StateSections {
  readonly directory: string | undefined
  readonly serials: KeptSerials
  readonly ports: TargetPortIds
  readonly faults: FlushFaults
  readonly mounts: Section<KeptMount>
  readonly preferences: KeptPreferences
  /** What of its sections could not be read, in words. */
  readonly damages: readonly string[]
  readonly #configuration: string
  readonly #document: StateDocument
  readonly #sections: readonly Stored[]
  readonly #writer: StateWriter

  /** Of what was read; the home of a state that is kept nowhere has no directory. */
  constructor(document: StateDocument, home: Pick<StateHome, 'configuration'> & Partial<StateHome>) {
    const { configuration, backing = memoryBacking, directory } = home
    this.directory = directory
    this.#configuration = configuration
    this.#document = document
    this.#writer = new StateWriter(backing, () => formatDocument(this.#current()))
    const serials = this.#open(SERIALS)
    const mounts = this.#open(MOUNTS)
    const faults = this.#open(FAULTS)
    const ports = this.#open(PORTS)
    const preferences = this.#open(PREFERENCES)
    this.#sections = [serials, mounts, faults, ports, preferences]
    this.damages = this.#sections.flatMap(({ damage }) => damage ?? [])
    this.serials = new KeptSerials(serials)
    this.ports = new TargetPortIds(ports)
    this.faults = new FlushFaults(faults)
    this.mounts = mounts
    this.preferences = new KeptPreferences(preferences)
  }

  /** A state that is forgotten when the process ends: for who has no directory. */
  static inMemory(configuration = ''): StateStore {
    return new StateStore(EMPTY_DOCUMENT, { configuration })
  }

  /**
   * Writes the state as it is, whether anything has changed or not.
   * @throws {StateUnusable} when it cannot be written.
   */
  flush(): Promise<void> {
    return this.#writer.flush()
  }

  /** Takes no more changes; resolves when all that were asked for are written, or have failed. */
  close(): Promise<void> {
    return this.#writer.close()
  }

  #open<E extends JsonObject>(format: SectionFormat<E>): Section<E> {
    const { sections, configurations } = this.#document
    const own = configurations[this.#configuration] ?? {}
    return new Section(format, (format.scope === SectionScope.directory ? sections : own)[format.name], this.#writer)
  }

  #current(): StateDocument {
    const { sections, configurations, ...rest } = this.#document
    const machine = machineMark()
    return {
      ...rest,
      ...(machine !== undefined && { machine }),
      sections: this.#inScope(SectionScope.directory, sections),
      configurations: {
        ...configurations,
        [this.#configuration]: this.#inScope(SectionScope.configuration, configurations[this.#configuration]),
      },
    }
  }

  /** The sections of a scope as they are now, after those that are not known here. */
  #inScope(scope: SectionScope, found: JsonObject = {}): JsonObject {
    const known = this.#sections.filter(({ format }) => format.scope === scope)
    const names = new Set(known.map(({ format }) => format.name))
    const stored = known.flatMap(({ format, stored }) => (stored === undefined ? [] : [[format.name, stored] as const]))
    const unknown = Object.entries(found).filter(([name]) => !names.has(name))
    return Object.fromEntries<Json>([...unknown, ...stored])
  }
}

/** A section, whatever is in it. */
type Stored = Pick<Section<never>, 'damage' | 'stored'> & {
  readonly format: Pick<SectionFormat<never>, 'name' | 'scope'>
}
