/* Frames made from templates once and patched for each message. Part of load.c. */

enum { MOST_IDS = 4 };

/* A masked client frame, ready to send but for its mark, ids and key. Offsets are 0 where a field is absent. */
struct frame { uint8_t *bytes; size_t size, body, mark, key, ids[MOST_IDS]; };

static size_t write_payload(char *out) {
  int n = sprintf(out, "{\"mark\":\"%0*d\",\"text\":\"", MARK_LETTERS, 0);
  memset(out + n, 'x', (size_t)(opt.size - n - 2));
  memcpy(out + opt.size - 2, "\"}", 2);
  return (size_t)opt.size;
}

/* A text as a masked frame. */
static struct frame framed(const char *text, size_t n) {
  struct frame f = {.bytes = zeroed(1, n + 14)};
  f.bytes[0] = 0x81;
  if (n < 126) {
    f.bytes[1] = (uint8_t)(0x80 | n), f.body = 6;
  } else if (n < 65536) {
    f.bytes[1] = 0x80 | 126, f.bytes[2] = (uint8_t)(n >> 8), f.bytes[3] = (uint8_t)n, f.body = 8;
  } else {
    f.bytes[1] = 0x80 | 127, f.body = 14;
    for (int i = 0; i < 8; i++) f.bytes[2 + i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
  }
  memcpy(f.bytes + f.body - 4, MASK, 4);
  for (size_t i = 0; i < n; i++) f.bytes[f.body + i] = (uint8_t)text[i] ^ MASK[i & 3];
  f.size = f.body + n;
  return f;
}

static struct frame frame_of(const char *template, long room) {
  char *text = zeroed(1, TEMPLATE_BYTES);
  struct frame f;
  size_t n = 0, mark = 0, key = 0, ids[MOST_IDS] = {0};
  int id_count = 0;
  for (const char *t = template; *t;) {
    if (n + (size_t)opt.size + 64 > TEMPLATE_BYTES) fail("template longer than %d bytes", TEMPLATE_BYTES);
    if (!strncmp(t, "{payload}", 9)) {
      mark = n + strlen("{\"mark\":\"");
      n += write_payload(text + n), t += 9;
    } else if (!strncmp(t, "{room}", 6)) {
      n += (size_t)sprintf(text + n, "%ld", room), t += 6;
    } else if (!strncmp(t, "{id}", 4)) {
      if (id_count == MOST_IDS) fail("template with more than %d ids", MOST_IDS);
      ids[id_count++] = n;
      n += (size_t)sprintf(text + n, "%0*d", ID_DIGITS, 0), t += 4;
    } else if (!strncmp(t, "{key}", 5)) {
      key = n;
      n += (size_t)sprintf(text + n, "%0*d", ID_DIGITS, 0), t += 5;
    } else {
      text[n++] = *t++;
    }
  }
  f = framed(text, n);
  f.mark = mark ? f.body + mark : 0;
  f.key = key ? f.body + key : 0;
  for (int i = 0; i < id_count; i++) f.ids[i] = f.body + ids[i];
  free(text);
  return f;
}

static void put_letters(uint8_t *frame, const struct frame *f, size_t at, uint64_t value, int letters) {
  for (int i = letters - 1; i >= 0; i--, value >>= 4)
    frame[at + (size_t)i] = (uint8_t)('@' + (value & 15)) ^ MASK[(at + (size_t)i - f->body) & 3];
}

static void put_digits(uint8_t *frame, const struct frame *f, size_t at, uint32_t value) {
  for (int i = ID_DIGITS - 1; i >= 0; i--, value /= 10)
    frame[at + (size_t)i] = (uint8_t)('0' + value % 10) ^ MASK[(at + (size_t)i - f->body) & 3];
}

static uint32_t eight_letters(const uint8_t *p) {
  uint64_t v;
  memcpy(&v, p, 8);
  v = __builtin_bswap64(v) & 0x0f0f0f0f0f0f0f0full;
  v = (v | v >> 4) & 0x00ff00ff00ff00ffull;
  v = (v | v >> 8) & 0x0000ffff0000ffffull;
  return (uint32_t)(v | v >> 16);
}
