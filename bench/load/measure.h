/* The clock, what /proc says of the server and the machine, and latency percentiles. Part of load.c. */

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static size_t slurp(const char *path, char *out, size_t capacity) {
  FILE *file = fopen(path, "r");
  if (!file) return out[0] = 0;
  size_t n = fread(out, 1, capacity - 1, file);
  fclose(file);
  out[n] = 0;
  return n;
}

/* CPU seconds (user and system) that the server's process has used, ended threads included. */
static double server_cpu(void) {
  char path[64], text[2048];
  snprintf(path, sizeof path, "/proc/%ld/stat", opt.pid);
  if (!opt.pid || !slurp(path, text, sizeof text)) return 0;
  char *field = strrchr(text, ')');
  for (int i = 2; field && i < 14; i++) field = strchr(field + 1, ' ');
  unsigned long long user = 0, system = 0;
  if (!field || sscanf(field, "%llu %llu", &user, &system) != 2) return 0;
  return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static long server_rss_kb(void) {
  char path[64], text[8192];
  snprintf(path, sizeof path, "/proc/%ld/status", opt.pid);
  if (!opt.pid || !slurp(path, text, sizeof text)) return 0;
  char *line = strstr(text, "VmRSS:");
  return line ? strtol(line + 6, NULL, 10) : 0;
}

/* CPU seconds that the whole machine did not idle. Idle time is exact where busy time is only sampled. */
static double machine_cpu(void) {
  char text[512];
  slurp("/proc/stat", text, sizeof text);
  unsigned long long idle = 0, waiting = 0;
  if (sscanf(text, "cpu %*u %*u %*u %llu %llu", &idle, &waiting) < 2) return 0;
  double cores = (double)sysconf(_SC_NPROCESSORS_ONLN);
  return cores * (double)now() / 1e9 - (double)(idle + waiting) / (double)sysconf(_SC_CLK_TCK);
}

static double own_cpu(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct usage { uint64_t at; double server, own, machine; };
static struct usage usage(void) { return (struct usage){now(), server_cpu(), own_cpu(), machine_cpu()}; }

/* Latencies in buckets whose width is 1/64 of their value at most. */
static struct { uint64_t bucket[64 * 64], count, max; } latency;

static void record_latency(uint64_t nanos) {
  int shift = nanos < 128 ? 0 : 57 - __builtin_clzll(nanos);
  latency.bucket[shift * 64 + (int)(nanos >> shift)]++;
  latency.count++;
  if (nanos > latency.max) latency.max = nanos;
}

static double percentile_us(double part) {
  uint64_t wanted = (uint64_t)(part * (double)latency.count), seen = 0;
  for (int i = 0; i < 64 * 64; i++) {
    seen += latency.bucket[i];
    if (latency.bucket[i] && seen >= wanted) {
      int shift = i < 128 ? 0 : i / 64 - 1;
      double middle = ((double)(i - shift * 64) + 0.5) * (double)(1ull << shift);
      return (middle < (double)latency.max ? middle : (double)latency.max) / 1000;
    }
  }
  return 0;
}
