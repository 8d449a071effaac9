import type { Family } from './family.ts'

/** A number that lunkitd counts, by metric, and by value where the metric tells values apart. */
export type Term = readonly [metric: string, of: string, factor: number]

/** A series of each row, made of several numbers. */
interface SumPoint {
  readonly labels: Readonly<Record<string, string>>
  readonly of: readonly Term[]
}

/** Where the series of each row come from. */
export type Source =
  | {
      /** A series for each value that the metric tells apart, under this label; of one that tells none apart, one. */
      readonly each: string
      readonly by?: string
      /** Further labels. */
      readonly with?: Readonly<Record<string, string>>
    }
  | { readonly sum: SumPoint }

/** A family that comes of a block of what lunkitd counts. */
export interface CountedFamily extends Omit<Family, 'labels'> {
  readonly from: readonly Source[]
}

/** The families of one block, with what the labels of its rows are called; rows whose labels are then the same are added up. */
export interface CountedGroup {
  readonly block: string
  readonly labels: Readonly<Record<string, string>>
  readonly families: readonly CountedFamily[]
}

/** The labels of a family: those of rows, then its own. */
export function labelsOf({ labels }: CountedGroup, { from }: CountedFamily): readonly string[] {
  const own = from.flatMap(source =>
    'sum' in source
      ? Object.keys(source.sum.labels)
      : [...(source.by === undefined ? [] : [source.by]), ...Object.keys(source.with ?? {})],
  )
  return [...new Set([...Object.values(labels), ...own])]
}
