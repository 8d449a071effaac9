import { readFileSync } from 'node:fs'
import { describe, expect, inject, it } from 'vitest'
import { parseAllDocuments } from 'yaml'

/** What is looked at of the objects; the rest is Kubernetes' business. */
interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: Spec
}

interface Spec {
  readonly replicas?: number
  readonly serviceName?: string
  readonly selector?: Labels & { readonly matchLabels?: Labels }
  readonly ports?: readonly { readonly port: number; readonly targetPort: string }[]
  readonly template?: {
    readonly metadata: { readonly labels: Labels; readonly annotations: Labels }
    readonly spec: PodSpec
  }
  readonly volumeClaimTemplates?: readonly {
    readonly metadata: { readonly name: string }
    readonly spec: { readonly accessModes: readonly string[] }
  }[]
}

type Labels = Readonly<Record<string, string>>
type Probe = { readonly httpGet: { readonly path: string; readonly port: string } }

interface PodSpec {
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly terminationGracePeriodSeconds: number
  readonly automountServiceAccountToken: boolean
  readonly containers: readonly Container[]
  readonly volumes: readonly { readonly name: string }[]
}

interface Container {
  readonly image: string
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
  readonly startupProbe: Probe
  readonly livenessProbe: Probe
  readonly readinessProbe: Probe
}

const text = readFileSync(new URL('../../packaging/kubernetes/lunkit.yaml', import.meta.url), 'utf8')
const documents = parseAllDocuments(text, { strict: true, uniqueKeys: true })
const image = inject('builtImage')

function object(kind: string): KubernetesObject {
  const found = documents.map(each => each.toJS() as KubernetesObject).find(each => each.kind === kind)
  if (found === undefined) throw new Error(`the example has no ${kind}`)
  return found
}

describe('the example for Kubernetes', () => {
  const { spec } = object('StatefulSet')
  const { metadata, spec: pod } = spec.template ?? { metadata: { labels: {}, annotations: {} }, spec: undefined }
  const [container] = pod?.containers ?? []
  const portOf = (name: string) => container?.ports.find(each => each.name === name)?.containerPort

  it('is YAML without an error or a warning, of a Service and a StatefulSet', () => {
    expect(documents.flatMap(each => [...each.errors, ...each.warnings])).toEqual([])
    expect(documents.map(each => (each.toJS() as KubernetesObject).kind)).toEqual(['Service', 'StatefulSet'])
    expect(object('Service').apiVersion).toBe('v1')
    expect(object('StatefulSet').apiVersion).toBe('apps/v1')
  })

  it('runs as the user of the image, without capabilities, privileges or a root that can be written', () => {
    const { uid, gid } = image.user
    expect(pod?.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: uid,
      runAsGroup: gid,
      fsGroup: gid,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    expect(pod?.automountServiceAccountToken).toBe(false)
  })

  it('is one lunkitd, whose volume nobody else has', () => {
    expect(spec.replicas).toBe(1)
    const [claim] = spec.volumeClaimTemplates ?? []
    expect(claim?.spec.accessModes).toEqual(['ReadWriteOnce'])
    const mounts = Object.fromEntries((container?.volumeMounts ?? []).map(each => [each.name, each.mountPath]))
    expect(mounts).toEqual({ [claim?.metadata.name ?? '']: image.volume, run: '/run/lunkit' })
    expect(pod?.volumes.map(each => each.name)).toEqual(['run'])
  })

  it('leads the Service to the port of the image', () => {
    const service = object('Service').spec
    expect(service.selector).toEqual(metadata.labels)
    expect(spec.selector?.matchLabels).toEqual(metadata.labels)
    expect(spec.serviceName).toBe(object('Service').metadata.name)
    expect(service.ports?.map(({ port, targetPort }) => [port, portOf(targetPort)])).toEqual([[3260, 3260]])
    expect(container?.ports.map(each => each.containerPort)).toEqual(image.ports)
  })

  it('is probed and scraped where lunkitd tells its metrics', () => {
    const port = Number(image.environment['LUNKIT_METRICS']?.split(':')[1])
    expect(portOf('metrics')).toBe(port)
    const probes = [container?.startupProbe, container?.livenessProbe, container?.readinessProbe].map(
      each => each?.httpGet,
    )
    expect(probes).toEqual(['/-/healthy', '/-/healthy', '/-/ready'].map(path => ({ path, port: 'metrics' })))
    expect(metadata.annotations).toEqual({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': String(port),
      'prometheus.io/path': '/metrics',
    })
  })

  it('leaves lunkitd the time to drain', () => {
    // Ten seconds to drain, five for what was asked by the control socket.
    expect(pod?.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(20)
  })
})
