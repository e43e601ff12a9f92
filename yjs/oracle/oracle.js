// Answers the tests' questions with the real yjs. Frames on standard input and output: four bytes of length
// (big-endian), then one lib0 `any` value. A question is a list, its first element the name of the command.
import * as Y from 'yjs'
import * as encoding from 'lib0/encoding'
import * as decoding from 'lib0/decoding'
import { createRequire } from 'node:module'

const docs = new Map()

const open = (id, clientId, gc) => {
  const doc = new Y.Doc({ gc })
  doc.clientID = clientId
  const state = { doc, v1: [], v2: [], subdocs: [] }
  doc.on('update', update => state.v1.push(update))
  doc.on('updateV2', update => state.v2.push(update))
  doc.on('subdocs', ({ added, removed, loaded }) => state.subdocs.push({
    added: guids(added), removed: guids(removed), loaded: guids(loaded)
  }))
  docs.set(id, state)
  return null
}

const guids = set => [...set].map(doc => doc.guid).sort()

const take = state => {
  const taken = { v1: state.v1, v2: state.v2, subdocs: state.subdocs }
  state.v1 = []
  state.v2 = []
  state.subdocs = []
  return taken
}

const roots = doc => ({
  t: doc.getText('t'), f: doc.getText('f'), a: doc.getArray('a'), m: doc.getMap('m'), x: doc.getXmlFragment('x')
})

// All live types of a document in an order that both sides know.
const walk = (type, out) => {
  out.push(type)
  const children = []
  if (type instanceof Y.Map) {
    for (const key of [...type.keys()].sort()) children.push(type.get(key))
  } else if (type instanceof Y.Text) {
    for (const op of type.toDelta()) children.push(op.insert)
  } else if (type instanceof Y.Array) {
    children.push(...type.toArray())
  } else if (type instanceof Y.XmlFragment) {
    children.push(...type.toArray())
  }
  for (const child of children) if (child instanceof Y.AbstractType) walk(child, out)
  return out
}

const kindOf = type =>
  type instanceof Y.XmlText ? 'xmlText'
    : type instanceof Y.Text ? 'text'
      : type instanceof Y.XmlHook ? 'hook'
        : type instanceof Y.Map ? 'map'
          : type instanceof Y.Array ? 'array'
            : type instanceof Y.XmlElement ? 'element' : 'fragment'

const make = kind =>
  kind === 'text' ? new Y.Text()
    : kind === 'map' ? new Y.Map()
      : kind === 'array' ? new Y.Array()
        : kind === 'xmlText' ? new Y.XmlText()
          : kind === 'fragment' ? new Y.XmlFragment()
            : kind === 'hook' ? new Y.XmlHook('hook')
              : new Y.XmlElement(kind)

const target = (doc, kinds, n, formatted) => {
  const all = roots(doc)
  if (formatted === 'root') return all.f
  const types = []
  for (const name of Object.keys(all).sort()) walk(all[name], types)
  const fitting = types.filter(type => kinds.includes(kindOf(type)) && (formatted === 'any' || type !== all.f))
  return fitting.length === 0 ? null : fitting[n % fitting.length]
}

const edits = {
  insert: (doc, n, at, text) => {
    const type = target(doc, ['text', 'xmlText'], n)
    if (type !== null) type.insert(at % (type.length + 1), text)
  },
  erase: (doc, n, at, length, formatted) => {
    const type = target(doc, ['text', 'xmlText'], n, formatted)
    if (type === null || type.length === 0) return
    const index = at % type.length
    type.delete(index, Math.min(length, type.length - index))
  },
  insertWith: (doc, n, at, text, attributes, formatted) => {
    const type = target(doc, ['text', 'xmlText'], n, formatted)
    if (type !== null) type.insert(at % (type.length + 1), text, attributes)
  },
  insertPlain: (doc, n, at, text, formatted) => {
    const type = target(doc, ['text', 'xmlText'], n, formatted)
    if (type !== null) type.insert(at % (type.length + 1), text)
  },
  format: (doc, n, at, length, attributes, formatted) => {
    const type = target(doc, ['text', 'xmlText'], n, formatted)
    if (type === null || type.length === 0) return
    const index = at % type.length
    type.format(index, Math.min(length, type.length - index), attributes)
  },
  embed: (doc, n, at, embed, attributes, formatted) => {
    const type = target(doc, ['text', 'xmlText'], n, formatted)
    if (type !== null) type.insertEmbed(at % (type.length + 1), embed, attributes)
  },
  embedType: (doc, n, at, kind) => {
    const type = target(doc, ['text', 'xmlText'], n)
    if (type !== null) type.insertEmbed(at % (type.length + 1), make(kind))
  },
  delta: (doc, n, delta, formatted) => {
    const type = target(doc, ['text', 'xmlText'], n, formatted)
    if (type !== null && type.length > 0) type.applyDelta(delta)
  },
  push: (doc, n, at, values) => {
    const type = target(doc, ['array'], n)
    if (type !== null) type.insert(at % (type.length + 1), values)
  },
  pushType: (doc, n, at, kind) => {
    const type = target(doc, ['array'], n)
    if (type !== null) type.insert(at % (type.length + 1), [make(kind)])
  },
  cut: (doc, n, at, length) => {
    const type = target(doc, ['array', 'fragment', 'element'], n)
    if (type === null || type.length === 0) return
    const index = at % type.length
    type.delete(index, Math.min(length, type.length - index))
  },
  set: (doc, n, key, value) => {
    const type = target(doc, ['map', 'hook'], n)
    if (type !== null) type.set(key, value)
  },
  setType: (doc, n, key, kind) => {
    const type = target(doc, ['map', 'hook'], n)
    if (type !== null) type.set(key, make(kind))
  },
  setSubdocument: (doc, n, key, guid, autoLoad) => {
    const type = target(doc, ['map', 'hook'], n)
    if (type !== null) type.set(key, new Y.Doc({ guid, autoLoad }))
  },
  unset: (doc, n, key) => {
    const type = target(doc, ['map', 'hook'], n)
    if (type !== null) type.delete(key)
  },
  node: (doc, n, at, kind) => {
    const type = target(doc, ['fragment', 'element'], n)
    if (type !== null) type.insert(at % (type.length + 1), [make(kind)])
  },
  attribute: (doc, n, name, value) => {
    const type = target(doc, ['element', 'xmlText'], n)
    if (type !== null) type.setAttribute(name, value)
  },
  unattribute: (doc, n, name) => {
    const type = target(doc, ['element', 'xmlText'], n)
    if (type !== null) type.removeAttribute(name)
  }
}

const plain = value =>
  value instanceof Y.Doc ? { subdocument: value.guid }
    : value instanceof Y.AbstractType ? plain(value.toJSON())
      : value instanceof Uint8Array || value === null || typeof value !== 'object' ? value
        : Array.isArray(value) ? value.map(plain)
          : Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]))

const deltaOf = text => text.toDelta().map(op =>
  op.attributes === undefined ? { insert: plain(op.insert) } : { insert: plain(op.insert), attributes: op.attributes })

const view = doc => {
  const { t, f, a, m, x } = roots(doc)
  return { t: t.toString(), tDelta: deltaOf(t), f: deltaOf(f), a: plain(a.toJSON()), m: plain(m.toJSON()), x: x.toString() }
}

const eventsOf = (doc, body) => {
  const seen = []
  const observer = events => {
    for (const event of events) {
      const keys = [...event.changes.keys].map(([key, change]) => [key, change.action])
      const delta = event.changes.delta.map(op => op.insert === undefined ? op
        : op.attributes === undefined ? { insert: plain(op.insert) } : { insert: plain(op.insert), attributes: op.attributes })
      seen.push({ path: event.path, keys: keys.sort(), delta })
    }
  }
  const all = Object.values(roots(doc))
  for (const root of all) root.observeDeep(observer)
  try {
    body()
  } finally {
    for (const root of all) root.unobserveDeep(observer)
  }
  return seen
}

const commands = {
  open,
  reset: () => { docs.clear(); return null },
  edit: (id, origin, ...list) => {
    const state = docs.get(id)
    state.doc.transact(() => { for (const [name, ...args] of list) edits[name](state.doc, ...args) }, origin)
    return take(state)
  },
  apply: (id, update, v2) => {
    const state = docs.get(id)
    if (v2) Y.applyUpdateV2(state.doc, update)
    else Y.applyUpdate(state.doc, update)
    return { ...take(state), waits: state.doc.store.pendingStructs !== null }
  },
  // has the document look again at what it lets wait
  wake: id => {
    const state = docs.get(id)
    Y.applyUpdate(state.doc, Y.encodeStateAsUpdate(state.doc))
    return take(state)
  },
  events: (id, update) => {
    const state = docs.get(id)
    return eventsOf(state.doc, () => Y.applyUpdate(state.doc, update))
  },
  eventsOfEdit: (id, ...list) => {
    const state = docs.get(id)
    return eventsOf(state.doc, () => state.doc.transact(() => {
      for (const [name, ...args] of list) edits[name](state.doc, ...args)
    }))
  },
  view: id => view(docs.get(id).doc),
  state: (id, vector) => {
    const doc = docs.get(id).doc
    return {
      v1: Y.encodeStateAsUpdate(doc, vector ?? undefined),
      v2: Y.encodeStateAsUpdateV2(doc, vector ?? undefined),
      vector: Y.encodeStateVector(doc),
      snapshot: Y.encodeSnapshot(Y.snapshot(doc)),
      snapshotV2: Y.encodeSnapshotV2(Y.snapshot(doc)),
      pending: doc.store.pendingStructs !== null || doc.store.pendingDs !== null
    }
  },
  restore: (id, to, snapshot) => {
    const restored = Y.createDocFromSnapshot(docs.get(id).doc, Y.decodeSnapshot(snapshot))
    docs.set(to, { doc: restored, v1: [], v2: [], subdocs: [] })
    return null
  },
  merge: updates => Y.mergeUpdates(updates),
  mergeV2: updates => Y.mergeUpdatesV2(updates),
  diff: (update, vector) => Y.diffUpdate(update, vector),
  diffV2: (update, vector) => Y.diffUpdateV2(update, vector),
  vectorOf: update => Y.encodeStateVectorFromUpdate(update),
  vectorOfV2: update => Y.encodeStateVectorFromUpdateV2(update),
  toV2: update => Y.convertUpdateFormatV1ToV2(update),
  toV1: update => Y.convertUpdateFormatV2ToV1(update),
  contains: (snapshot, update) => Y.snapshotContainsUpdate(Y.decodeSnapshot(snapshot), update),
  position: (id, root, index, assoc) =>
    Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(docs.get(id).doc.get(root), index, assoc)),
  absolute: (id, position) => {
    const found = Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(position), docs.get(id).doc)
    return found === null ? null : found.index
  },
  any: value => {
    const encoder = encoding.createEncoder()
    encoding.writeAny(encoder, value)
    return encoding.toUint8Array(encoder)
  },
  json: value => JSON.stringify(value),
  parse: text => JSON.parse(text),
  // a third opinion: the same updates in the Rust engine
  wasm: updates => {
    const W = createRequire(import.meta.url)('ywasm')
    const doc = new W.YDoc({ clientID: 4711 })
    const text = doc.getText('t')
    const array = doc.getArray('a')
    const map = doc.getMap('m')
    for (const update of updates) W.applyUpdate(doc, update)
    return {
      t: text.toString(), a: plain(array.toJson()), m: plain(map.toJson()), vector: W.encodeStateVector(doc), v1: W.encodeStateAsUpdate(doc)
    }
  },
  script: source => new Function('Y', 'encoding', 'decoding', source)(Y, encoding, decoding)
}

const answer = frame => {
  try {
    const [name, ...args] = decoding.readAny(decoding.createDecoder(frame))
    return { ok: commands[name](...args) }
  } catch (error) {
    return { error: String(error.stack ?? error) }
  }
}

const send = value => {
  const encoder = encoding.createEncoder()
  encoding.writeAny(encoder, value)
  const body = encoding.toUint8Array(encoder)
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length)
  process.stdout.write(head)
  process.stdout.write(body)
}

// yjs warns on the console about what the tests do on purpose
console.log = console.warn = console.error = () => {}

let held = Buffer.alloc(0)
process.stdin.on('data', data => {
  held = held.length === 0 ? data : Buffer.concat([held, data])
  while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
    const end = 4 + held.readUInt32BE(0)
    const frame = new Uint8Array(held.subarray(4, end))
    held = held.subarray(end)
    send(answer(frame))
  }
})
process.stdin.on('end', () => process.exit(0))
