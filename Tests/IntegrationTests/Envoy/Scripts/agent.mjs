// What an agent's programs do, over its own Unix socket or port. argv: command and JSON of its options; prints one line of JSON.
import fs from 'node:fs';
import http2 from 'node:http2';
import net from 'node:net';
import tls from 'node:tls';

const [command, json] = process.argv.slice(2);
const o = JSON.parse(json);
const ca = o.ca ? fs.readFileSync(o.ca) : undefined;

const way = () => o.tcpPort ? { host: '127.0.0.1', port: o.tcpPort, localAddress: o.from } : { path: o.socket };

const open = () => new Promise((ok, no) => {
  const s = net.connect(way(), () => ok(s));
  s.on('error', no);
});

// Reads one HTTP/1.1 message head, then as much body as it announces.
function head(socket, limit = 10000) {
  return new Promise((ok, no) => {
    let seen = Buffer.alloc(0);
    const timer = setTimeout(() => no(new Error('timeout')), limit);
    const end = (f) => (v) => { clearTimeout(timer); socket.off('data', data); socket.off('close', close); f(v); };
    const close = () => end(no)(new Error('closed'));
    const data = (d) => {
      seen = Buffer.concat([seen, d]);
      const at = seen.indexOf('\r\n\r\n');
      if (at < 0) return;
      const lines = seen.subarray(0, at).toString('latin1').split('\r\n');
      const headers = Object.fromEntries(lines.slice(1).map((l) => {
        const i = l.indexOf(':');
        return [l.slice(0, i).toLowerCase(), l.slice(i + 1).trim()];
      }));
      end(ok)({ status: Number(lines[0].split(' ')[1]), headers, rest: seen.subarray(at + 4) });
    };
    socket.on('data', data);
    socket.on('close', close);
    socket.on('error', () => {});
  });
}

async function body(socket, h, limit = 20000) {
  const pieces = [h.rest];
  const size = () => pieces.reduce((n, p) => n + p.length, 0);
  const length = h.headers['content-length'];
  const chunked = h.headers['transfer-encoding'] === 'chunked';
  const done = () => length !== undefined ? size() >= Number(length)
    : chunked && Buffer.concat(pieces.slice(-3)).toString('latin1').endsWith('0\r\n\r\n');
  await new Promise((ok) => {
    if (done()) return ok();
    const timer = setTimeout(ok, limit);
    socket.on('data', (d) => { pieces.push(d); if (done()) { clearTimeout(timer); ok(); } });
    socket.on('close', () => { clearTimeout(timer); ok(); });
  });
  let text = Buffer.concat(pieces);
  if (chunked) text = unchunk(text);
  return text;
}

function unchunk(b) {
  const out = [];
  let at = 0;
  while (at < b.length) {
    const line = b.indexOf('\r\n', at);
    const n = parseInt(b.subarray(at, line).toString(), 16);
    if (!(n > 0)) break;
    out.push(b.subarray(line + 2, line + 2 + n));
    at = line + 2 + n + 2;
  }
  return Buffer.concat(out);
}

const lines = (extra = {}) => Object.entries(extra).map(([k, v]) => `${k}: ${v}\r\n`).join('');

function secure(socket, name, alpn = ['http/1.1']) {
  return new Promise((ok, no) => {
    const s = tls.connect({ socket, ca, servername: o.sni ?? name, ALPNProtocols: alpn, checkServerIdentity: () => undefined },
      () => ok(s));
    s.on('error', no);
    s.on('close', () => no(new Error('closed')));
  });
}

async function tunnel(host, port) {
  const s = await open();
  s.write(`CONNECT ${host}:${port} HTTP/1.1\r\nhost: ${host}:${port}\r\n${lines(o.connectHeaders)}\r\n`);
  const h = await head(s);
  if (h.status !== 200) return { s, refused: { status: h.status, headers: h.headers, body: (await body(s, h)).toString() } };
  return { s };
}

// mode: connect (default), transparent (TLS at once), absolute, origin
async function request(mode, method = 'GET', path = o.path ?? '/') {
  const authority = o.port && o.port !== 443 ? `${o.host}:${o.port}` : o.host;
  let s;
  let target = path;
  if (mode === 'absolute' || mode === 'origin') {
    s = await open();
    if (mode === 'absolute') target = `http://${authority}${path}`;
  } else {
    let raw;
    if (mode === 'transparent') raw = await open();
    else {
      const t = await tunnel(o.host, o.port ?? 443);
      if (t.refused) return { s: t.s, tunnel: t.refused };
      raw = t.s;
    }
    s = mode === 'plain-in-tunnel' ? raw : await secure(raw, o.host);
  }
  const host = o.hostHeader ?? authority;
  s.write(`${method} ${target} HTTP/1.1\r\nhost: ${host}\r\n${lines(o.headers)}\r\n`);
  return { s };
}

async function once() {
  const begin = performance.now();
  try {
    const r = await request(o.mode ?? 'connect', o.method);
    if (r.tunnel) { r.s.destroy(); return { tunnel: r.tunnel.status, headers: r.tunnel.headers, body: r.tunnel.body }; }
    const h = await head(r.s);
    const text = (await body(r.s, h)).toString();
    const peer = r.s.getPeerCertificate?.(true);
    r.s.destroy();
    return { status: h.status, headers: h.headers, body: text, serial: peer?.serialNumber, names: peer?.subjectaltname,
      ms: performance.now() - begin };
  } catch (e) {
    return { error: e.code ?? e.message, ms: performance.now() - begin };
  }
}

// A TLS 1.2 ClientHello (RFC 5246, RFC 6066) and no more: asks for a name's leaf at the least cost.
function hello(name) {
  const sized = (n, b) => { const h = Buffer.alloc(n); h.writeUIntBE(b.length, 0, n); return Buffer.concat([h, b]); };
  const extension = (type, b) => Buffer.concat([Buffer.from([type >> 8, type & 255]), sized(2, b)]);
  const extensions = Buffer.concat([
    extension(0, sized(2, Buffer.concat([Buffer.from([0]), sized(2, Buffer.from(name))]))),
    extension(10, sized(2, Buffer.from([0, 23]))), extension(11, sized(1, Buffer.from([0]))),
    extension(13, sized(2, Buffer.from([4, 3]))),
  ]);
  const body = Buffer.concat([Buffer.from([3, 3]), Buffer.alloc(32, 7), Buffer.from([0]),
    sized(2, Buffer.from([0xc0, 0x2b])), sized(1, Buffer.from([0])), sized(2, extensions)]);
  return Buffer.concat([Buffer.from([22, 3, 1]), sized(2, Buffer.concat([Buffer.from([1]), sized(3, body)]))]);
}

// 'served' when a handshake comes back, 'refused' when an alert or the end does.
const greet = (name) => new Promise((ok) => {
  const s = net.connect(way(), () => s.write(hello(name)));
  const end = (what) => { s.destroy(); ok(what); };
  s.on('data', (d) => end(d[0] === 22 ? 'served' : 'refused'));
  s.on('close', () => ok('refused'));
  s.on('error', () => ok('refused'));
});

const grpcFrame = (text) => { const b = Buffer.from(text); const h = Buffer.alloc(5); h.writeUInt32BE(b.length, 1); return Buffer.concat([h, b]); };

// To the upstream itself, past everything: what a test compares with.
const straight = (alpn) => new Promise((ok, no) => {
  const s = tls.connect({ host: '127.0.0.1', port: o.port, ca, servername: o.host, ALPNProtocols: alpn, rejectUnauthorized: false },
    () => ok(s));
  s.on('error', no);
});

const connected = async (alpn, direct) => direct ? straight(alpn) : secure(await open(), o.host, alpn);

// All that comes back over HTTP/1.1, byte by byte, until it ends or is silent for a while.
async function allBytes(row, authorization, direct) {
  const s = await connected(['http/1.1'], direct);
  let seen = Buffer.alloc(0);
  s.write(`${row === 'head' ? 'HEAD' : 'GET'} /${row} HTTP/1.1\r\nhost: ${o.host}:${o.port}\r\nauthorization: ${authorization}\r\n` +
    `${row === 'switched' ? 'upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n' : ''}\r\n`);
  await new Promise((ok) => {
    const end = setTimeout(ok, 4000);
    let quiet;
    s.on('data', (d) => { seen = Buffer.concat([seen, d]); clearTimeout(quiet); quiet = setTimeout(ok, 800); });
    s.on('error', () => {});
    s.on('close', () => { clearTimeout(end); ok(); });
  });
  s.destroy();
  return seen.toString('latin1');
}

// All that a client of HTTP/2 is told, as text. gRPC rows send three messages, each after the last one's answer.
async function allEvents(row, authorization, direct) {
  const s = await connected(['h2'], direct);
  const session = http2.connect(`https://${o.host}:${o.port}`, { createConnection: () => s });
  const seen = [];
  const note = (what, ...more) => seen.push(`${what} ${more.map((m) => Buffer.isBuffer(m) ? m.toString('latin1') : JSON.stringify(m)).join(' ')}`);
  session.on('goaway', (code, id, data) => note('goaway', code, data ?? ''));
  session.on('altsvc', (a) => note('altsvc', a));
  session.on('stream', (t, h) => note('push', h));
  session.on('error', () => {});
  const isCall = row === 'unary' || row === 'bidi';
  const t = session.request({ ':path': `/${row}`, ':method': isCall ? 'POST' : row === 'head' ? 'HEAD' : 'GET', authorization,
    ...(isCall ? { te: 'trailers', 'content-type': 'application/grpc' } : {}) }, { endStream: !isCall });
  t.on('headers', (h) => note('early', h));
  t.on('response', (h) => note('response', h));
  t.on('trailers', (h) => note('trailers', h));
  let sent = 0;
  const send = () => { t.write(grpcFrame(`message ${++sent}`)); if (sent === (row === 'bidi' ? 3 : 1)) t.end(); };
  t.on('data', (d) => { note('data', d); if (isCall && !t.writableEnded) send(); });
  if (isCall) send();
  await new Promise((ok) => {
    const end = setTimeout(ok, 4000);
    t.on('error', (e) => note('error', e.code));
    t.on('close', () => { clearTimeout(end); setTimeout(ok, 100); });
  });
  session.destroy();
  s.destroy();
  return seen.join('\n');
}

const commands = {
  once,

  // What comes back of each row: over the platform with the placeholder, and straight from the server with the value.
  async corners() {
    const out = {};
    const rows = [...o.rows];
    const taste = o.kind === 'h2' ? allEvents : allBytes;
    const attempt = async (...args) => { try { return await taste(...args); } catch (e) { return `failed: ${e.code ?? e.message}`; } };
    await Promise.all(Array.from({ length: 6 }, async () => {
      while (rows.length) {
        const row = rows.shift();
        const [through, direct] = await Promise.all([
          attempt(row, o.headers.authorization, false),
          o.text ? attempt(row, o.text, true) : Promise.resolve(''),
        ]);
        out[row] = { through, direct };
      }
    }));
    return out;
  },

  // Sends requests and goes away before the answer, many at a time.
  async abandon() {
    let left = o.times;
    await Promise.all(Array.from({ length: o.parallel ?? 64 }, async () => {
      while (left-- > 0) {
        const s = await open();
        s.on('error', () => {});
        s.write(`GET ${o.path ?? '/'} HTTP/1.1\r\nhost: ${o.host}:${o.port}\r\n${lines(o.headers)}\r\n`);
        await new Promise((r) => setTimeout(r, Math.random() * (o.wait ?? 25)));
        s.destroy();
      }
    }));
    return { done: true };
  },

  // An upload that waits for `100 Continue`, at most as long as `wait`; says what came before the body was sent.
  async expecting() {
    o.headers = { ...o.headers, expect: '100-continue', 'content-length': o.bytes };
    const r = await request(o.mode ?? 'connect', 'POST');
    if (r.tunnel) { r.s.destroy(); return { tunnel: r.tunnel.status }; }
    const before = await head(r.s, o.wait ?? 10000);
    if (before.status === 100) r.s.write(Buffer.alloc(o.bytes, 98));
    const h = before.status === 100 ? await head(r.s) : before;
    const text = (await body(r.s, h)).toString();
    r.s.destroy();
    return { status: h.status, body: text, headers: h.headers, pieces: before.status };
  },

  async repeat() {
    const out = [];
    for (let i = 0; i < o.times; i++) out.push(await once());
    return out;
  },

  // Many names, a few at a time; says how each ended.
  async names() {
    const ends = {};
    let next = 0;
    await Promise.all(Array.from({ length: o.parallel ?? 50 }, async () => {
      while (next < o.count) {
        const name = o.pattern.replace('#', String(next++));
        let end;
        end = await greet(name);
        ends[end] = (ends[end] ?? 0) + 1;
      }
    }));
    return ends;
  },

  // Opens CONNECTs and goes away at once.
  async abort() {
    for (let i = 0; i < o.times; i++) {
      const s = await open();
      s.write(`CONNECT ${o.host}:${o.port ?? 443} HTTP/1.1\r\nhost: ${o.host}\r\n\r\n`);
      await new Promise((r) => setTimeout(r, i % 4));
      s.destroy();
    }
    return { done: true };
  },

  // Plain requests, `parallel` at a time, each left as soon as it is sent.
  async flood() {
    let next = 0;
    await Promise.all(Array.from({ length: o.parallel ?? 50 }, async () => {
      while (next++ < o.times) {
        const s = await open();
        s.on('error', () => {});
        s.write(`GET / HTTP/1.1\r\nhost: ${o.host}:${o.port}\r\n${lines(o.headers)}\r\n`);
        await new Promise((ok) => setTimeout(ok, next % 5));
        s.destroy();
      }
    }));
    return { done: true };
  },

  // Downloads that are left in their middle.
  async leave() {
    const ends = {};
    let next = 0;
    await Promise.all(Array.from({ length: o.parallel ?? 20 }, async () => {
      while (next++ < o.times) {
        const r = await request(o.mode ?? 'origin', 'GET', `/down?bytes=${o.bytes}`);
        r.s.on('error', () => {});
        const h = await head(r.s).catch((e) => ({ status: e.message }));
        ends[h.status] = (ends[h.status] ?? 0) + 1;
        r.s.destroy();
      }
    }));
    return ends;
  },

  // Holds a stream and says, after it is cut, how long after the line "cut" on stdin that was.
  async hold() {
    const r = await request(o.mode ?? 'connect');
    if (o.kind !== 'tunnel') await head(r.s);
    let told = 0;
    let pieces = 0;
    r.s.on('data', () => { pieces += 1; });
    r.s.on('error', () => {});
    process.stdin.once('data', () => { told = performance.now(); });
    console.log(JSON.stringify({ open: true }));
    await new Promise((ok) => r.s.once('close', ok));
    const now = performance.now();
    while (!told) await new Promise((ok) => setTimeout(ok, 1));
    process.stdin.destroy();
    return { ms: now - told, pieces };
  },

  async upload() {
    o.headers = { ...o.headers, 'content-length': o.bytes };
    const r = await request(o.mode ?? 'connect', 'POST');
    let left = o.bytes;
    const piece = Buffer.alloc(65536, 98);
    if (o.text) {
      left -= o.text.length;
      r.s.write(o.text.slice(0, 7));
      await new Promise((ok) => setTimeout(ok, 50));
      r.s.write(o.text.slice(7));
    }
    while (left > 0) {
      const n = Math.min(left, piece.length);
      left -= n;
      if (!r.s.write(piece.subarray(0, n))) await new Promise((ok) => r.s.once('drain', ok));
    }
    const h = await head(r.s, 60000);
    const text = (await body(r.s, h)).toString();
    r.s.destroy();
    return { status: h.status, headers: h.headers, body: text };
  },

  async download() {
    const r = await request(o.mode ?? 'connect', 'GET', `/down?bytes=${o.bytes}`);
    let seen = 0;
    const h = await head(r.s);
    seen += h.rest.length;
    await new Promise((ok) => {
      let tail = '';
      r.s.on('data', (d) => {
        seen += d.length;
        tail = (tail + d.subarray(-8).toString('latin1')).slice(-8);
        if (tail.endsWith('0\r\n\r\n')) ok();
      });
      r.s.on('close', ok);
    });
    r.s.destroy();
    return { status: h.status, bytes: seen };
  },

  async websocket() {
    o.headers = { ...o.headers, upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
    const r = await request(o.mode ?? 'connect');
    const h = await head(r.s);
    r.s.write(Buffer.from([0x82, 0x84, 0, 0, 0, 0, 1, 2, 3, 4]));
    const echo = await new Promise((ok) => r.s.once('data', ok));
    r.s.destroy();
    return { status: h.status, echo: [...echo] };
  },

  async http2() {
    const t = await tunnel(o.host, o.port ?? 443);
    const s = await secure(t.s, o.host, ['h2']);
    const session = http2.connect(`https://${o.host}:${o.port ?? 443}`, { createConnection: () => s });
    const stream = session.request({ ':path': '/', ':method': 'POST', te: 'trailers' });
    stream.end('ping');
    return await new Promise((ok, no) => {
      let status; let text = ''; let trailers;
      stream.on('trailers', (h) => { trailers = h['grpc-status']; });
      stream.on('response', (h) => { status = h[':status']; });
      stream.on('data', (d) => { text += d; });
      stream.on('end', () => { session.destroy(); s.destroy(); ok({ status, alpn: s.alpnProtocol, body: text, trailer: trailers }); });
      stream.on('error', no);
    });
  },

  // Raw bytes, perhaps inside a tunnel; says what came back and when the connection ended.
  async raw() {
    const begin = performance.now();
    const s = o.tunnel ? (await tunnel(o.host, o.port ?? 443)).s : await open();
    let seen = Buffer.alloc(0);
    s.on('data', (d) => { seen = Buffer.concat([seen, d]); });
    s.on('error', () => {});
    if (o.text) s.write(Buffer.from(o.text, 'latin1'));
    await Promise.race([new Promise((ok) => s.once('close', ok)), new Promise((ok) => setTimeout(ok, o.wait ?? 20000))]);
    s.destroy();
    return { text: seen.toString('latin1'), ms: performance.now() - begin };
  },
};

// What is long takes the pipe a while.
process.stdout.write(`${JSON.stringify(await commands[command]())}\n`, () => process.exit(0));
