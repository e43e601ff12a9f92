/* Load for a WebSocket server that speaks JSON in text frames: one thread, epoll, libc only, loopback only.
 *
 *   load MODE --port P [options]                     MODE: fanout | rpc | edit | idle | connect
 *
 * fanout   subscribers and publishers in rooms; each room keeps --window messages outstanding (closed loop), or all
 *          rooms together publish --rate messages a second (open loop)
 * rpc      each connection keeps --inflight requests outstanding, or all together send --rate requests a second
 * edit     --conns writers and --readers of one document: each writer keeps --inflight patches unacknowledged, or all
 *          together send --rate a second; the document is filled with --records records before the others come
 * idle     opens --conns connections, holds them --hold seconds and reports what they cost; --stay keeps them open
 *          after the report until standard input ends
 * connect  opens --conns connections, --conc at a time, and reports the rate and the time each took
 *
 * Frames are templates with the fields {room}, {id} (8 digits, correlates a reply with its request), {key} (8 digits, a
 * record of the document) and {payload}; in --path, {conn} is the number of the connection. A payload is
 *
 *   {"mark":"<16 letters: nanoseconds><4: publisher><8: sequence>","text":"xxx"}           of exactly --size bytes
 *
 * A mark's letters are '@' and 'A' to 'O' for 0 to 15, so that it can be read eight letters at a time. Latency runs
 * from the moment a message was due, not from the moment it was sent. Every delivery is checked: a subscriber must see
 * each publisher's sequence without a gap, a reply must carry the id and the sequence of its request, and whoever is at a
 * document must see its counter rise by one with each ack and each patch.
 *
 * Prints one line of JSON. Ends with 0 when nothing was missing or wrong, 1 when something was, 2 when it could not
 * run, 3 when --limit seconds were over. Options and output fields: bench/README.md. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 19, EVENTS = 1024, MARK_LETTERS = 28, ID_DIGITS = 8, TEMPLATE_BYTES = 1 << 17 };
static const uint64_t SECOND = 1000000000ull;
static const uint8_t MASK[4] = {0x4d, 0x1f, 0xb2, 0x68};
/* Key and answer of the example in RFC 6455, section 1.3. */
static const char KEY[] = "dGhlIHNhbXBsZSBub25jZQ==", ACCEPT[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/* ------------------------------------------------------------------------------------------------------ options */

static struct {
  const char *mode, *path, *sub, *joined, *pub, *req, *replied;
  long port, pid, conns, pubs, rooms, readers, records, window, inflight, conc, size;
  double rate, time, warmup, hold, limit;
  bool stay;
} opt = {.path = "/", .conns = 100, .pubs = 1, .rooms = 1, .window = 1, .inflight = 1, .conc = 64, .size = 128,
         .time = 3, .warmup = 2, .hold = 2, .limit = 120};

static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("load: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  exit(2);
}

static void *grow(void *memory, size_t bytes) {
  void *grown = realloc(memory, bytes);
  if (!grown) fail("out of memory");
  return grown;
}

static void *zeroed(size_t count, size_t bytes) {
  void *memory = calloc(count ? count : 1, bytes);
  if (!memory) fail("out of memory");
  return memory;
}

#include "measure.h"
#include "template.h"

/* -------------------------------------------------------------------------------------------------- connections */

enum role { SUBSCRIBER, PUBLISHER, CALLER, WRITER, READER, PLAIN };
enum state { UNUSED, CONNECTING, UPGRADING, JOINING, READY, CLOSED };

struct buffer { uint8_t *bytes; size_t start, end, capacity; };

struct connection {
  int fd;
  enum role role;
  enum state state;
  bool waits_to_write, dirty;
  long room;
  uint32_t index;         /* of a publisher within its room, of a caller among callers */
  uint64_t started;       /* when the connection was begun */
  struct buffer in, out;  /* what is left of an unfinished frame; what the kernel has not taken */
  uint32_t sequence;      /* of a publisher: messages published */
  uint32_t *seen;         /* of a subscriber: by publisher of its room, messages seen */
  uint32_t *expected;     /* of a caller or writer: by slot, the sequence in flight, 0 when free */
  uint64_t *due;          /* of a writer: by slot, when it was due */
  uint64_t counter;       /* of a writer or reader: the document's, as it was told last; 0 before that */
  long busy_slots;
};

struct room { long subscribers, publishers, next; uint64_t sent, delivered; struct connection **by_index; struct frame pub; bool dirty; };

static struct connection *connections, **dirty_connections;
static long connection_count, dirty_count, opened, ready, failed, closed;
static struct room *rooms;
static long *dirty_rooms, dirty_room_count;
static struct frame request;
static int poll_fd;
static uint8_t input[READ_BYTES];
static uint64_t read_at, deadline;
static uint64_t expected_total, delivered_total, measured, out_of_order, wrong;
static long seeding;  /* patches that fill the document and are not acknowledged yet */
static bool publishing, measuring;

static uint64_t next_random(void) {
  static uint64_t state = 88172645463325252ull;
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return state;
}

static void append(struct buffer *b, const void *bytes, size_t n) {
  if (b->start == b->end) b->start = b->end = 0;
  if (b->end + n > b->capacity) {
    b->capacity = 2 * (b->end + n);
    b->bytes = grow(b->bytes, b->capacity);
  }
  memcpy(b->bytes + b->end, bytes, n);
  b->end += n;
}

static void watch_writable(struct connection *c, bool on) {
  if (c->waits_to_write == on) return;
  c->waits_to_write = on;
  struct epoll_event e = {.events = EPOLLIN | (on ? EPOLLOUT : 0), .data.ptr = c};
  epoll_ctl(poll_fd, EPOLL_CTL_MOD, c->fd, &e);
}

static void lost(struct connection *c) {
  if (c->state == READY) ready--;
  if (c->state < READY) failed++; else closed++;
  close(c->fd);
  c->fd = -1;
  c->state = CLOSED;
  opened--;
}

static void flush(struct connection *c) {
  while (c->out.start < c->out.end) {
    ssize_t n = send(c->fd, c->out.bytes + c->out.start, c->out.end - c->out.start, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN) return lost(c);
    if (n < 0) return watch_writable(c, true);
    c->out.start += (size_t)n;
  }
  watch_writable(c, false);
}

/* Queues a frame; it leaves with everything else of its connection at the end of the turn. */
static void queue_frame(struct connection *c, const struct frame *f, uint64_t due, uint32_t publisher, uint32_t sequence, uint32_t id) {
  append(&c->out, f->bytes, f->size);
  uint8_t *copy = c->out.bytes + c->out.end - f->size;
  if (f->mark) {
    put_letters(copy, f, f->mark, due, 16);
    put_letters(copy, f, f->mark + 16, publisher, 4);
    put_letters(copy, f, f->mark + 20, sequence, 8);
  }
  for (int i = 0; i < MOST_IDS && f->ids[i]; i++) put_digits(copy, f, f->ids[i], id);
  if (f->key) put_digits(copy, f, f->key, (uint32_t)(next_random() % (uint64_t)opt.records));
  if (!c->dirty) c->dirty = true, dirty_connections[dirty_count++] = c;
}

static void begin(struct connection *c) {
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) fail("socket: %s (raise ulimit -n?)", strerror(errno));
  int one = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  /* Eight source addresses, so that ports do not run out. */
  struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)((c - connections) % 8))};
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)opt.port)};
  if (bind(c->fd, (struct sockaddr *)&from, sizeof from)) fail("bind: %s", strerror(errno));
  c->started = now();
  c->state = CONNECTING;
  opened++;
  if (connect(c->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) fail("connect: %s", strerror(errno));
  struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.ptr = c};
  c->waits_to_write = true;
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &e);
}

static void send_upgrade(struct connection *c) {
  char text[2048];
  const char *conn = strstr(opt.path, "{conn}");
  int before = conn ? (int)(conn - opt.path) : (int)strlen(opt.path), n;
  char number[24] = "";
  if (conn) snprintf(number, sizeof number, "%ld", (long)(c - connections));
  n = snprintf(text, sizeof text,
                   "GET %.*s%s%s HTTP/1.1\r\nHost: 127.0.0.1:%ld\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n", before, opt.path, number,
                   conn ? conn + strlen("{conn}") : "", opt.port, KEY);
  if (n >= (int)sizeof text) fail("--path is too long");
  c->state = UPGRADING;
  append(&c->out, text, (size_t)n);
  flush(c);
}

static void became_ready(struct connection *c) {
  c->state = READY;
  ready++;
}

/* ------------------------------------------------------------------------------------------- messages and checks */

static void count_delivery(uint64_t due) {
  delivered_total++;
  if (!measuring) return;
  measured++;
  record_latency(read_at > due ? read_at - due : 0);
}

static void on_news(struct connection *c, uint64_t due, uint32_t publisher, uint32_t sequence) {
  struct room *room = &rooms[c->room];
  if (publisher >= room->publishers) {
    wrong++;
    return;
  }
  if (sequence != ++c->seen[publisher]) out_of_order++, c->seen[publisher] = sequence;
  room->delivered++;
  if (!room->dirty) room->dirty = true, dirty_rooms[dirty_room_count++] = c->room;
  count_delivery(due);
}

static uint32_t id_of(uint32_t sequence, long slot) { return (sequence * (uint32_t)opt.inflight + (uint32_t)slot) % 100000000u; }

static void call(struct connection *c, long slot, uint64_t due) {
  uint32_t sequence = ++c->sequence;
  c->expected[slot] = sequence;
  c->busy_slots++;
  expected_total++;
  if (c->role == WRITER) c->due[slot] = due, expected_total += (uint64_t)connection_count - 1;
  queue_frame(c, &request, due, (uint32_t)slot, sequence, id_of(sequence, slot));
}

static void on_reply(struct connection *c, const uint8_t *text, size_t n, uint64_t due, uint32_t slot, uint32_t sequence) {
  static const char ID_KEY[] = "\"correlationId\":\"";
  const uint8_t *id = memmem(text, n < 200 ? n : 200, ID_KEY, sizeof ID_KEY - 1);
  if (slot >= opt.inflight || c->expected[slot] != sequence || !id
      || strtoul((const char *)id + sizeof ID_KEY - 1, NULL, 10) != id_of(sequence, slot)) {
    wrong++;
    return;
  }
  c->expected[slot] = 0;
  c->busy_slots--;
  count_delivery(due);
  if (publishing && !opt.rate) call(c, slot, read_at);
}

/* Whoever is at a document sees its counter rise by one each time, whether it is told of an edit or of its own. */
static void on_counter(struct connection *c, const uint8_t *text, size_t n) {
  static const char KEY_OF_COUNTER[] = "\"timestamp\":";
  const uint8_t *digits = text + n - 1;
  uint64_t counter = 0, unit = 1;
  for (; digits > text && digits[-1] >= '0' && digits[-1] <= '9'; unit *= 10) counter += unit * (uint64_t)(*--digits - '0');
  size_t key = sizeof KEY_OF_COUNTER - 1;
  if (unit == 1 || (size_t)(digits - text) < key || memcmp(digits - key, KEY_OF_COUNTER, key)) {
    if (!wrong++) fprintf(stderr, "load: no counter at the end of: %.*s\n", (int)(n < 300 ? n : 300), text);
    return;
  }
  if (c->counter && counter != c->counter + 1) out_of_order++;
  c->counter = counter;
}

static void on_ack(struct connection *c, const uint8_t *text, size_t n) {
  static const char ID_KEY[] = "\"messageId\":\"";
  const uint8_t *found = memmem(text, n, ID_KEY, sizeof ID_KEY - 1);
  uint32_t id = found ? (uint32_t)strtoul((const char *)found + sizeof ID_KEY - 1, NULL, 10) : 0;
  long slot = id % opt.inflight;
  on_counter(c, text, n);
  if (seeding) {
    seeding--;
    return;
  }
  if (!found || !c->expected || !c->expected[slot] || id_of(c->expected[slot], slot) != id) {
    wrong++;
    return;
  }
  c->expected[slot] = 0;
  c->busy_slots--;
  count_delivery(c->due[slot]);
  if (publishing && !opt.rate) call(c, slot, read_at);
}

/* What somebody at a document is told. Counts of clients come while others join. */
static void on_told(struct connection *c, const uint8_t *text, size_t n) {
  size_t head = n < 24 ? n : 24;
  if (memmem(text, head, "\"clientCount\"", 13)) {
    if (c->state == JOINING) became_ready(c);
  } else if (memmem(text, head, "\"ack\"", 5)) {
    on_ack(c, text, n);
  } else if (memmem(text, head, "\"patch\"", 7)) {
    on_counter(c, text, n);
    delivered_total++;
  } else if (!wrong++) {
    fprintf(stderr, "load: unexpected message: %.*s\n", (int)(n < 300 ? n : 300), text);
  }
}

static void on_text(struct connection *c, const uint8_t *text, size_t n) {
  static const char MARK_KEY[] = "\"mark\":\"";
  static size_t usual;  /* where the mark was in the last message */
  if (c->role == WRITER || c->role == READER) return on_told(c, text, n);
  if (c->state == JOINING) {
    if (memmem(text, n, opt.joined, strlen(opt.joined))) became_ready(c); else wrong++;
    return;
  }
  const uint8_t *mark = text + usual;
  if (usual + sizeof MARK_KEY + MARK_LETTERS > n || memcmp(mark, MARK_KEY, sizeof MARK_KEY - 1)) {
    mark = memmem(text, n, MARK_KEY, sizeof MARK_KEY - 1);
    if (!mark || mark + sizeof MARK_KEY - 1 + MARK_LETTERS > text + n) {
      if (!wrong++) fprintf(stderr, "load: unexpected message: %.*s\n", (int)(n < 300 ? n : 300), text);
      return;
    }
    usual = (size_t)(mark - text);
  }
  mark += sizeof MARK_KEY - 1;
  uint64_t due = (uint64_t)eight_letters(mark) << 32 | eight_letters(mark + 8);
  uint32_t publisher = eight_letters(mark + 12) & 0xffff, sequence = eight_letters(mark + 20);
  if (c->role == SUBSCRIBER) on_news(c, due, publisher, sequence);
  else if (c->role == CALLER) on_reply(c, text, n, due, publisher, sequence);
  else wrong++;
}

static void pong(struct connection *c, const uint8_t *payload, size_t n) {
  uint8_t frame[6 + 125] = {0x8a, (uint8_t)(0x80 | n), MASK[0], MASK[1], MASK[2], MASK[3]};
  for (size_t i = 0; i < n; i++) frame[6 + i] = payload[i] ^ MASK[i & 3];
  append(&c->out, frame, 6 + n);
  flush(c);
}

/* Handles whole server frames; returns the bytes used. */
static size_t on_frames(struct connection *c, uint8_t *p, size_t n) {
  size_t used = 0;
  while (n - used >= 2 && c->state != CLOSED) {
    const uint8_t *f = p + used;
    size_t header = f[1] < 126 ? 2 : f[1] == 126 ? 4 : 10;
    if (n - used < header) break;
    uint64_t size = f[1] < 126 ? f[1] : 0;
    for (size_t i = 2; i < header; i++) size = size << 8 | f[i];
    if (f[1] >= 128 || (header == 10 && size >= READ_BYTES - 16)) fail("frame of %llu bytes exceeds %d", (unsigned long long)size, READ_BYTES - 16);
    if (n - used < header + size) break;
    if (f[0] == 0x81) on_text(c, f + header, size);
    else if (f[0] == 0x89) pong(c, f + header, size);
    else if (f[0] == 0x88) lost(c);
    else wrong++;
    used += header + size;
  }
  return used;
}

static size_t on_upgraded(struct connection *c, uint8_t *p, size_t n) {
  uint8_t *end = memmem(p, n, "\r\n\r\n", 4);
  if (!end) return 0;
  size_t head = (size_t)(end - p) + 4;
  if (n < 12 || memcmp(p, "HTTP/1.1 101", 12) || !memmem(p, head, ACCEPT, sizeof ACCEPT - 1)) {
    if (!failed) fprintf(stderr, "load: upgrade refused: %.*s\n", (int)head, p);
    lost(c);
    return n;
  }
  if (c->role == PLAIN) record_latency(read_at - c->started);
  if (c->role == WRITER || c->role == READER) {
    c->state = JOINING;
    return head;
  }
  if (c->role != SUBSCRIBER) {
    became_ready(c);
    return head;
  }
  struct frame sub = frame_of(opt.sub, c->room);
  queue_frame(c, &sub, 0, 0, 0, 0);
  free(sub.bytes);
  if (opt.joined) c->state = JOINING; else became_ready(c);
  return head;
}

static void on_readable(struct connection *c) {
  size_t kept = c->in.end - c->in.start;
  if (kept) memcpy(input, c->in.bytes + c->in.start, kept);
  c->in.start = c->in.end = 0;
  ssize_t n = recv(c->fd, input + kept, READ_BYTES - kept, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return append(&c->in, input, kept);
  if (n <= 0) return lost(c);
  read_at = now();
  size_t have = kept + (size_t)n, used = 0;
  if (c->state == UPGRADING) used = on_upgraded(c, input, have);
  if (c->state == JOINING || c->state == READY) used += on_frames(c, input + used, have - used);
  if (c->state != CLOSED && used < have) append(&c->in, input + used, have - used);
}

static void on_writable(struct connection *c) {
  if (c->state != CONNECTING) return flush(c);
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error) lost(c); else send_upgrade(c);
}

/* --------------------------------------------------------------------------------------------------- the turns */

static bool publish(struct room *room, uint64_t due) {
  struct connection *c = room->by_index[room->next++ % room->publishers];
  if (c->state != READY) return false;
  room->sent++;
  expected_total += (uint64_t)room->subscribers;
  queue_frame(c, &room->pub, due, c->index, ++c->sequence, 0);
  return true;
}

static void refill_rooms(void) {
  for (long i = 0; i < dirty_room_count; i++) {
    struct room *room = &rooms[dirty_rooms[i]];
    room->dirty = false;
    if (!publishing || opt.rate) continue;
    uint64_t complete = room->delivered / (uint64_t)room->subscribers;
    uint64_t at = now();
    while (room->sent < complete + (uint64_t)opt.window && publish(room, at)) {}
  }
  dirty_room_count = 0;
}

/* Open loop: sends what is due by now, each message stamped with the moment it was due. Returns the next such moment. */
static uint64_t send_due(uint64_t from, uint64_t *issued) {
  uint64_t at = now();
  for (;; ++*issued) {
    uint64_t due = from + (uint64_t)((double)*issued * 1e9 / opt.rate);
    if (due > at) return due;
    if (rooms) {
      publish(&rooms[*issued % (uint64_t)opt.rooms], due);
      continue;
    }
    struct connection *c = NULL;
    for (long i = 0; i < opt.conns && !c; i++) {
      struct connection *candidate = &connections[(*issued + (uint64_t)i) % (uint64_t)opt.conns];
      if (candidate->state == READY && candidate->busy_slots < opt.inflight) c = candidate;
    }
    if (!c) return at + 100000;  /* every slot is taken: the backlog's clock keeps running */
    long slot = 0;
    while (c->expected[slot]) slot++;
    call(c, slot, due);
  }
}

static void flush_dirty(void) {
  for (long i = 0; i < dirty_count; i++) {
    dirty_connections[i]->dirty = false;
    if (dirty_connections[i]->state != CLOSED) flush(dirty_connections[i]);
  }
  dirty_count = 0;
}

/* Sends what has become due, then waits for the server until `wake_at` at most and handles what it sent. */
static void turn(uint64_t wake_at) {
  static struct epoll_event events[EVENTS];
  refill_rooms();
  flush_dirty();
  uint64_t at = now();
  if (at > deadline) {
    fprintf(stderr, "load: %.0f seconds are over\n", opt.limit);
    exit(3);
  }
  uint64_t nanos = wake_at > at ? wake_at - at : 0;
  struct timespec timeout = {(time_t)(nanos / SECOND), (long)(nanos % SECOND)};
  int n = epoll_pwait2(poll_fd, events, EVENTS, &timeout, NULL);
  for (int i = 0; i < n; i++) {
    struct connection *c = events[i].data.ptr;
    if (c->state != CLOSED && events[i].events & EPOLLOUT) on_writable(c);
    if (c->state != CLOSED && c->state != CONNECTING && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) on_readable(c);
  }
}

/* Opens connections up to a number, --conc at a time, and waits until each is ready. */
static void open_up_to(long count) {
  static long begun;
  while (ready + failed + closed < count) {
    while (begun < count && begun - ready - failed - closed < opt.conc) begin(&connections[begun++]);
    turn(now() + SECOND / 10);
  }
  if (failed || closed) fail("%ld of %ld connections failed", failed + closed, count);
}

/* Fills the document while the first writer is alone with it. */
static void seed(void) {
  enum { AT_ONCE = 500, BYTES = 200, AHEAD = 4 };
  char *text = zeroed(AT_ONCE + 1, BYTES);
  open_up_to(1);
  for (long from = 0; from < opt.records; from += AT_ONCE) {
    size_t n = (size_t)sprintf(text, "{\"type\":\"patch\",\"messageId\":\"seed\",\"documentPatches\":[{");
    for (long i = from; i < from + AT_ONCE && i < opt.records; i++)
      n += (size_t)sprintf(text + n, "%s\"00000000-0000-4000-8000-0000%08ld/shape\":{\"_exists\":true,\"_version\":null,\"x\":%ld.5,"
                           "\"y\":%ld.25,\"width\":%ld,\"height\":50,\"color\":\"#%06lx\"}", i > from ? "," : "", i, i % 1000, i % 777,
                           10 + i % 500, i % 0xffffff);
    n += (size_t)sprintf(text + n, "}]}");
    struct frame f = framed(text, n);
    queue_frame(&connections[0], &f, 0, 0, 0, 0);
    free(f.bytes);
    for (seeding++; seeding >= AHEAD && !closed;) turn(now() + SECOND / 10);
  }
  while (seeding && !closed) turn(now() + SECOND / 10);
  free(text);
}

/* ------------------------------------------------------------------------------------------------------- report */

static void report(struct usage from, struct usage to, uint64_t messages, long rss_before_kb) {
  double seconds = (double)(to.at - from.at) / 1e9;
  double server = to.server - from.server, own = to.own - from.own, machine = to.machine - from.machine;
  long rss_kb = server_rss_kb();
  printf("{\"mode\":\"%s\",\"conns\":%ld,\"rooms\":%ld,\"pubs\":%ld,\"window\":%ld,\"inflight\":%ld,\"rate\":%.0f,\"size\":%ld,"
         "\"seconds\":%.3f,\"messages\":%llu,\"per_s\":%.0f,\"us_per_msg\":%.4f,", opt.mode, opt.conns, opt.rooms,
         opt.pubs, opt.window, opt.inflight, opt.rate, opt.size, seconds, (unsigned long long)messages,
         (double)messages / seconds, messages ? server * 1e6 / (double)messages : 0);
  printf("\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,", percentile_us(0.5),
         percentile_us(0.9), percentile_us(0.99), percentile_us(0.999), (double)latency.max / 1000);
  printf("\"missing\":%lld,\"out_of_order\":%llu,\"wrong\":%llu,\"closed\":%ld,", (long long)(expected_total - delivered_total),
         (unsigned long long)out_of_order, (unsigned long long)wrong, closed);
  printf("\"server_cpu\":%.3f,\"load_cpu\":%.3f,\"other_cpu\":%.3f,\"rss_kb\":%ld,\"rss_bytes_per_conn\":%ld}\n", server / seconds,
         own / seconds, (machine - server - own) / seconds, rss_kb,
         opt.pid ? (rss_kb - rss_before_kb) * 1024 / connection_count : 0);
  fflush(stdout);
}

static void measure(long rss_before_kb) {
  publishing = true;
  uint64_t start = now(), issued = 0;
  uint64_t measure_from = start + (uint64_t)(opt.warmup * 1e9), measure_to = measure_from + (uint64_t)(opt.time * 1e9);
  for (long r = 0; rooms && r < opt.rooms; r++) dirty_rooms[dirty_room_count++] = r, rooms[r].dirty = true;
  for (long i = 0; !rooms && !opt.rate && i < opt.conns; i++)
    for (long slot = 0; slot < opt.inflight; slot++) call(&connections[i], slot, start);
  struct usage from = {0};
  while (now() < measure_to) {
    uint64_t wake_at = measuring ? measure_to : measure_from;
    uint64_t next_due = opt.rate ? send_due(start, &issued) : wake_at;
    turn(next_due < wake_at ? next_due : wake_at);
    if (!measuring && now() >= measure_from) measuring = true, from = usage();
  }
  struct usage to = usage();
  measuring = publishing = false;
  for (uint64_t last = delivered_total, since = now(); delivered_total < expected_total && now() < since + 3 * SECOND / 2;) {
    turn(now() + SECOND / 20);
    if (delivered_total != last) last = delivered_total, since = now();
  }
  report(from, to, measured, rss_before_kb);
}

/* -------------------------------------------------------------------------------------------------------- start */

static void prepare(void) {
  bool fanout = !strcmp(opt.mode, "fanout"), rpc = !strcmp(opt.mode, "rpc");
  bool edit = !strcmp(opt.mode, "edit");
  connection_count = opt.conns + (fanout ? opt.pubs : 0) + opt.readers;
  connections = zeroed((size_t)connection_count, sizeof *connections);
  dirty_connections = zeroed((size_t)connection_count, sizeof *dirty_connections);
  for (long i = 0; i < opt.conns; i++) {
    struct connection *c = &connections[i];
    c->role = fanout ? SUBSCRIBER : rpc ? CALLER : edit ? WRITER : PLAIN;
    c->room = i % opt.rooms;
    if (edit) c->due = zeroed((size_t)opt.inflight, sizeof *c->due);
    if (rpc || edit) c->expected = zeroed((size_t)opt.inflight, sizeof *c->expected);
  }
  if (rpc || edit) request = frame_of(opt.req, 0);
  for (long i = connection_count - opt.readers; i < connection_count; i++) connections[i].role = READER;
  if (!fanout) return;
  rooms = zeroed((size_t)opt.rooms, sizeof *rooms);
  dirty_rooms = zeroed((size_t)opt.rooms, sizeof *dirty_rooms);
  for (long r = 0; r < opt.rooms; r++) {
    rooms[r].pub = frame_of(opt.pub, r);
    rooms[r].by_index = zeroed((size_t)opt.pubs, sizeof *rooms[r].by_index);
  }
  for (long i = 0; i < opt.pubs; i++) {
    struct connection *c = &connections[opt.conns + i];
    struct room *room = &rooms[c->room = i % opt.rooms];
    c->role = PUBLISHER;
    c->index = (uint32_t)room->publishers;
    room->by_index[room->publishers++] = c;
  }
  for (long i = 0; i < opt.conns; i++) {
    rooms[connections[i].room].subscribers++;
    connections[i].seen = zeroed((size_t)rooms[connections[i].room].publishers, sizeof(uint32_t));
  }
}

static void read_options(int argc, char **argv) {
  struct { const char *name; const char **text; long *count; double *real; } known[] = {
      {"--path", &opt.path, 0, 0}, {"--sub", &opt.sub, 0, 0}, {"--joined", &opt.joined, 0, 0}, {"--pub", &opt.pub, 0, 0},
      {"--req", &opt.req, 0, 0}, {"--port", 0, &opt.port, 0}, {"--pid", 0, &opt.pid, 0}, {"--conns", 0, &opt.conns, 0},
      {"--pubs", 0, &opt.pubs, 0}, {"--rooms", 0, &opt.rooms, 0}, {"--readers", 0, &opt.readers, 0},
      {"--records", 0, &opt.records, 0}, {"--window", 0, &opt.window, 0},
      {"--inflight", 0, &opt.inflight, 0}, {"--conc", 0, &opt.conc, 0}, {"--size", 0, &opt.size, 0},
      {"--rate", 0, 0, &opt.rate}, {"--time", 0, 0, &opt.time}, {"--warmup", 0, 0, &opt.warmup},
      {"--hold", 0, 0, &opt.hold}, {"--limit", 0, 0, &opt.limit}};
  if (argc < 2) fail("usage: load fanout|rpc|edit|idle|connect --port P [options], see bench/README.md");
  opt.mode = argv[1];
  for (int i = 2; i < argc; i++) {
    if (!strcmp(argv[i], "--stay")) {
      opt.stay = true;
      continue;
    }
    size_t k = 0, count = sizeof known / sizeof *known;
    while (k < count && strcmp(argv[i], known[k].name)) k++;
    if (k == count || i + 1 == argc) fail("unknown option or missing value: %s", argv[i]);
    const char *value = argv[++i];
    if (known[k].text) *known[k].text = value;
    char *end = "";
    if (known[k].count) *known[k].count = strtol(value, &end, 10);
    if (known[k].real) *known[k].real = strtod(value, &end);
    if (*end) fail("not a number: %s %s", known[k].name, value);
  }
  bool fanout = !strcmp(opt.mode, "fanout"), rpc = !strcmp(opt.mode, "rpc"), edit = !strcmp(opt.mode, "edit");
  if (!fanout && !rpc && !edit && strcmp(opt.mode, "idle") && strcmp(opt.mode, "connect")) fail("unknown mode %s", opt.mode);
  if (opt.port < 1 || opt.port > 65535) fail("--port is needed");
  if (fanout && (!opt.sub || !opt.pub)) fail("fanout needs --sub and --pub");
  if ((rpc || edit) && !opt.req) fail("%s needs --req", opt.mode);
  if (edit != (opt.records > 0) || (opt.readers && !edit) || opt.readers < 0) fail("--records and --readers are for edit, which needs records");
  if (opt.size < 64 || opt.size > 65536) fail("--size is %ld, must be 64 to 65536", opt.size);
  if (opt.conns < 1 || opt.rooms < 1 || opt.window < 1 || opt.inflight < 1 || opt.inflight > 4096 || opt.conc < 1) fail("counts must be positive");
  if (fanout && (opt.pubs < opt.rooms || opt.conns < opt.rooms)) fail("each of %ld rooms needs a publisher and a subscriber", opt.rooms);
  if (opt.rate < 0 || opt.limit > 900) fail("--rate must not be negative, --limit at most 900");
}

static bool input_ended(void) {
  struct pollfd in = {.fd = 0, .events = POLLIN};
  char ignored[256];
  return poll(&in, 1, 0) > 0 && read(0, ignored, sizeof ignored) <= 0;
}

int main(int argc, char **argv) {
  read_options(argc, argv);
  prctl(PR_SET_TIMERSLACK, 1000ul, 0, 0, 0);
  struct rlimit files;
  if (!getrlimit(RLIMIT_NOFILE, &files)) files.rlim_cur = files.rlim_max, setrlimit(RLIMIT_NOFILE, &files);
  deadline = now() + (uint64_t)(opt.limit * 1e9);
  poll_fd = epoll_create1(EPOLL_CLOEXEC);
  prepare();
  long rss_before_kb = server_rss_kb();
  struct usage from = usage();
  if (opt.records) seed();
  open_up_to(connection_count);
  if (!strcmp(opt.mode, "connect")) {
    report(from, usage(), (uint64_t)connection_count, rss_before_kb);
  } else if (!strcmp(opt.mode, "idle")) {
    struct usage to = usage();
    for (uint64_t end = now() + (uint64_t)(opt.hold * 1e9); now() < end;) turn(end);
    report(from, to, (uint64_t)connection_count, rss_before_kb);
    while (opt.stay && !input_ended()) turn(now() + SECOND / 10);
  } else {
    measure(rss_before_kb);
    while (opt.stay && !input_ended()) turn(now() + SECOND / 10);
  }
  return wrong || out_of_order || closed || delivered_total < expected_total;
}
