import { DEFAULT_CONTROL_PATH, DEFAULT_INITIATORS, DEFAULT_LISTEN } from './options.ts'

/** What `--help` prints. */
export const USAGE = `lunkit-exporter serves the metrics of a lunkitd to Prometheus.

lunkit-exporter [OPTION ...]

  --control SOCKET    where lunkitd is managed (LUNKIT_CONTROL, else ${DEFAULT_CONTROL_PATH})
  --listen HOST:PORT  where metrics are served (${DEFAULT_LISTEN})
  --initiators N      how many initiators are told by name, the others as _other (${DEFAULT_INITIATORS})
  --compat NAME       tell it by the names of that exporter too: ceph-iscsi, ceph-nvmeof; may be given twice
  --web.config.file FILE
                      TLS and passwords, as Prometheus' exporters have them: web-configuration.md of exporter-toolkit
  --version           says which version this is
  -h, --help          says this

/ is a page that says how lunkitd is; /metrics is in Prometheus' text format, or OpenMetrics for who asks for it;
/-/healthy and /-/ready say how it is.
Exit codes: 0 ended by a signal, 1 it cannot listen or use that file, 2 no such option.`
