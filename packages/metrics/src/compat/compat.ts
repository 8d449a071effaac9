import { hostname } from 'node:os'
import { type Format, headOf } from '../exposition/format.ts'
import { labelText } from '../exposition/label-text.ts'
import type { ToldMetrics } from '../told-metrics.ts'
import { cephIscsiFamilies } from './ceph-iscsi.ts'
import { cephNvmeofFamilies } from './ceph-nvmeof.ts'
import { type CompatFamily, type CompatSample, CountedTold } from './compat-family.ts'

/** Exporters whose names may be served too. */
export const Compat = { cephIscsi: 'ceph-iscsi', cephNvmeof: 'ceph-nvmeof' } as const
export type Compat = (typeof Compat)[keyof typeof Compat]

const FAMILIES: Readonly<Record<Compat, readonly CompatFamily[]>> = {
  [Compat.cephIscsi]: cephIscsiFamilies,
  [Compat.cephNvmeof]: cephNvmeofFamilies,
}

/** The same as those exporters would tell of it, in a format. */
export function compatText(
  names: readonly Compat[],
  { told, durationSeconds }: { readonly told: ToldMetrics; readonly durationSeconds: number },
  format: Format,
): string {
  const place = { gateway: hostname(), durationSeconds }
  const counted = new CountedTold(told)
  const families = names.flatMap(name => FAMILIES[name])
  return families
    .map(
      family =>
        headOf(family, format) +
        family
          .samples(counted, place)
          .map(sample => lineOf(family, sample))
          .join(''),
    )
    .join('')
}

const lineOf = ({ name }: CompatFamily, [labels, value]: CompatSample): string =>
  `${name}{${Object.entries(labels)
    .map(([label, each]) => labelText(label, each))
    .join(',')}} ${value}\n`
