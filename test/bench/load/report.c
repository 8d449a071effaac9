#include "report.h"
#include <stdio.h>

static const char *const kinds[MISMATCH_KINDS] = {
  [MISMATCH_STALE] = "stale", [MISMATCH_TORN] = "torn", [MISMATCH_MISPLACED] = "misplaced", [MISMATCH_CORRUPT] = "corrupt"};

static void print_findings(const char *name, const struct findings *findings) {
  printf(",\"%s\":{\"blocks\":%llu,\"unknown\":%llu", name, (unsigned long long)findings->blocks,
         (unsigned long long)findings->unknown);
  for (int kind = 0; kind < MISMATCH_KINDS; kind++)
    printf(",\"%s\":%llu", kinds[kind], (unsigned long long)findings->wrong[kind]);
  printf(",\"first\":[");
  for (uint32_t i = 0; i < findings->shown; i++) {
    const struct mismatch *one = &findings->first[i];
    printf("%s{\"kind\":\"%s\",\"lba\":%llu,\"expected\":%u,\"found\":%u}", i ? "," : "", kinds[one->kind],
           (unsigned long long)one->lba, one->expected, one->found);
  }
  printf("]}");
}

static void print_time(const char *name, struct process_time time) {
  printf(",\"%s\":{\"userNs\":%llu,\"systemNs\":%llu}", name, (unsigned long long)time.user_ns,
         (unsigned long long)time.system_ns);
}

static void print_latency(const struct histogram *latency) {
  printf(",\"latencyNs\":{\"mean\":%llu,\"p50\":%llu,\"p99\":%llu,\"p999\":%llu,\"max\":%llu}",
         (unsigned long long)(latency->count ? latency->sum / latency->count : 0),
         (unsigned long long)histogram_percentile(latency, 0.5), (unsigned long long)histogram_percentile(latency, 0.99),
         (unsigned long long)histogram_percentile(latency, 0.999), (unsigned long long)latency->max);
}

static void print_agreed(const struct agreed *agreed) {
  printf(",\"agreed\":{\"maxSendBytes\":%u,\"firstBurstBytes\":%u,\"maxBurstBytes\":%u,\"maxOutstandingR2t\":%u", agreed->max_send,
         agreed->first_burst, agreed->max_burst, agreed->max_r2t);
  printf(",\"immediateData\":%s,\"initialR2t\":%s,\"headerDigest\":%s,\"dataDigest\":%s}", agreed->immediate ? "true" : "false",
         agreed->initial_r2t ? "true" : "false", agreed->header_digest ? "true" : "false", agreed->data_digest ? "true" : "false");
}

void report_print(const struct load *load) {
  const struct counted *counted = &load->counted;
  printf("{\"seconds\":%.6f,\"reads\":%llu,\"writes\":%llu,\"bytesEach\":%u,\"errors\":%llu",
         (double)(counted->ended_ns - counted->started_ns) / 1e9, (unsigned long long)counted->reads,
         (unsigned long long)counted->writes, load->options.bytes, (unsigned long long)load->errors);
  print_latency(&counted->latency);
  print_time("server", counted->server);
  print_time("load", counted->self);
  print_agreed(&load->sessions[0].agreed);
  print_findings("during", &load->during);
  print_findings("wire", &load->wire);
  print_findings("file", &load->file);
  printf("}\n");
}

bool report_good(const struct load *load) {
  const struct findings *all[] = {&load->during, &load->wire, &load->file};
  uint64_t wrong = load->errors;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) wrong += wrong_blocks(all[i]) + all[i]->unknown;
  return wrong == 0;
}
