// The log's formats derived a second time, from RFC 6962 and C2SP alone, on Node.js's own crypto.
// Reads questions as JSON on stdin and answers as JSON on stdout. It shares no code with Dure.
import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const byte = (value) => Buffer.from([value]);

// RFC 6962 section 2.1: the largest power of two smaller than n.
const below = (n) => {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
};

class Tree {
  constructor(leaves) {
    this.leaves = leaves;
    this.known = new Map();
  }
  // MTH(D[from:to])
  hash(from, to) {
    const name = `${from}:${to}`;
    if (!this.known.has(name)) this.known.set(name, this.derive(from, to));
    return this.known.get(name);
  }
  derive(from, to) {
    if (from === to) return sha256(Buffer.alloc(0));
    if (to - from === 1) return sha256(byte(0), this.leaves[from]);
    const k = below(to - from);
    return sha256(byte(1), this.hash(from, from + k), this.hash(from + k, to));
  }
  // PATH(m, D[from:to]), section 2.1.1
  path(m, from, to) {
    if (to - from === 1) return [];
    const k = below(to - from);
    return m < k
      ? [...this.path(m, from, from + k), this.hash(from + k, to)]
      : [...this.path(m - k, from + k, to), this.hash(from, from + k)];
  }
  // SUBPROOF(m, D[from:to], whole), section 2.1.2
  subproof(m, from, to, whole) {
    if (m === to - from) return whole ? [] : [this.hash(from, to)];
    const k = below(to - from);
    return m <= k
      ? [...this.subproof(m, from, from + k, whole), this.hash(from + k, to)]
      : [...this.subproof(m - k, from + k, to, false), this.hash(from, from + k)];
  }
  consistency(old) {
    return old === 0 ? [] : this.subproof(old, 0, this.leaves.length, true);
  }
  // C2SP tlog-tiles: names and contents of every hash tile and entry bundle.
  tiles() {
    const found = {};
    for (let level = 0, span = 1; Math.floor(this.leaves.length / span) > 0; level++, span *= 256) {
      const nodes = Math.floor(this.leaves.length / span);
      for (let at = 0; at < nodes; at += 256) {
        const width = Math.min(256, nodes - at);
        const parts = [];
        for (let n = at; n < at + width; n++) parts.push(this.hash(n * span, (n + 1) * span));
        found[name(String(level), at / 256, width)] = sha256(...parts).toString("hex");
      }
    }
    for (let at = 0; at < this.leaves.length; at += 256) {
      const parts = [];
      for (const leaf of this.leaves.slice(at, at + 256)) {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(leaf.length);
        parts.push(length, leaf);
      }
      found[name("entries", at / 256, parts.length / 2)] = sha256(...parts).toString("hex");
    }
    return found;
  }
}

const name = (level, index, width) => {
  const groups = [];
  for (let rest = index; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(String(rest % 1000).padStart(3, "0"));
  }
  const number = groups.map((g, n) => (n < groups.length - 1 ? `x${g}` : g)).join("/");
  return `tile/${level}/${number}${width < 256 ? `.p/${width}` : ""}`;
};

// C2SP signed-note, one Ed25519 key: the text if its line verifies, else null.
const spki = Buffer.from("302a300506032b6570032100", "hex");
const opened = (note, vkey) => {
  const [keyName, id, ...encoded] = vkey.split("+");
  const key = Buffer.from(encoded.join("+"), "base64");
  const expected = sha256(keyName, "\n", key).subarray(0, 4);
  if (expected.toString("hex") !== id || key[0] !== 1) return null;
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) return null;
  const text = note.slice(0, split + 1);
  const publicKey = createPublicKey({
    key: Buffer.concat([spki, key.subarray(1)]), format: "der", type: "spki",
  });
  let seen = false;
  for (const line of note.slice(split + 2, -1).split("\n")) {
    const match = /^\u2014 (\S+) ([0-9A-Za-z+/]+={0,2})$/.exec(line);
    if (!match) return null;
    const data = Buffer.from(match[2], "base64");
    if (data.toString("base64") !== match[2] || data.length < 5) return null;
    if (match[1] !== keyName || !data.subarray(0, 4).equals(expected)) continue;
    if (!verify(null, Buffer.from(text), publicKey, data.subarray(4))) return null;
    seen = true;
  }
  return seen ? text : null;
};

const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");
const signed = (text, keyName, seed) => {
  const privateKey = createPrivateKey({
    key: Buffer.concat([pkcs8, Buffer.from(seed, "hex")]), format: "der", type: "pkcs8",
  });
  const raw = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32);
  const id = sha256(keyName, "\n", byte(1), raw).subarray(0, 4);
  const line = Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]).toString("base64");
  return `${text}\n\u2014 ${keyName} ${line}\n`;
};

const hex = (hashes) => hashes.map((one) => one.toString("hex"));
const asked = JSON.parse(readFileSync(0, "utf8"));
const trees = asked.trees.map(({ seed, size, index, old }) => {
  const leaves = Array.from({ length: size }, (_, n) => Buffer.from(`${seed}/${n}`));
  const tree = new Tree(leaves);
  return {
    root: tree.hash(0, size).toString("hex"),
    inclusion: hex(tree.path(index, 0, size)),
    consistency: hex(tree.consistency(old)),
    tiles: tree.tiles(),
  };
});
const notes = asked.notes.map(({ note, vkey }) => opened(note, vkey));
const written = asked.texts.map(({ text, name: keyName, seed }) => signed(text, keyName, seed));
process.stdout.write(JSON.stringify({ trees, notes, written }));
