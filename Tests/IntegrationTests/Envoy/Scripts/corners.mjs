// Upstreams that put the credential they were sent into every corner of an answer, on loopback only. What to do is said
// by the path's last segment. Each says `x-digest: <sha256 of the credential>` where it can, to prove what it held.
import http2 from 'node:http2';
import tls from 'node:tls';
import { createHash } from 'node:crypto';

const digest = (text) => createHash('sha256').update(text).digest('hex');
const base64 = (text) => Buffer.from(text).toString('base64');
const token = (text) => text.replace(/[^!#$%&'*+.^_`|~0-9A-Za-z-]/g, '-');
const ok = (extra = '', body = 'ok') => `HTTP/1.1 200 OK\r\n${extra}content-length: ${body.length}\r\n\r\n${body}`;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// HTTP/1.1 by hand. `s`: the credential; `c`: the connection.
const first = {
  'early-100': (c, s) => c.write(`HTTP/1.1 100 Continue\r\nx-leak: ${s}\r\nx-leak64: ${base64(s)}\r\n\r\n${ok()}`),
  'early-102': (c, s) => c.write(`HTTP/1.1 102 Processing\r\nx-leak: ${s}\r\nx-leak64: ${base64(s)}\r\n\r\n${ok()}`),
  'early-103': (c, s) => c.write(`HTTP/1.1 103 Early Hints\r\nlink: <${s}>\r\nx-leak64: ${base64(s)}\r\n\r\n${ok()}`),
  'early-104': (c, s) => c.write(`HTTP/1.1 104 Upload Resumption\r\nx-leak: ${s}\r\n\r\n${ok()}`),
  'early-199': (c, s) => c.write(`HTTP/1.1 199 Odd\r\nx-leak: ${s}\r\n\r\n${ok()}`),
  'early-many': async (c, s) => {
    for (let i = 0; i < 5; i++) { c.write(`HTTP/1.1 10${i % 2 ? 3 : 0} X\r\nx-leak: ${s}\r\n\r\n`); await sleep(20); }
    c.write(ok());
  },
  'early-chunks': async (c, s) => {
    const text = `HTTP/1.1 103 Early Hints\r\nlink: <${s}>\r\n\r\n${ok()}`;
    for (let i = 0; i < text.length; i += 9) { c.write(text.slice(i, i + 9)); await sleep(1); }
  },
  switched: (c, s) => c.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n` +
    `sec-websocket-accept: ${s}\r\nx-leak: ${s}\r\n\r\n${s}${base64(s)}`),
  reason: (c, s) => c.write(`HTTP/1.1 200 ${s}\r\ncontent-length: 2\r\n\r\nok`),
  'reason-error': (c, s) => c.write(`HTTP/1.1 500 ${base64(s)} ${s}\r\ncontent-length: 2\r\n\r\nno`),
  name: (c, s) => c.write(ok(`${token(s)}: 1\r\nx-${token(s)}-y: 1\r\n`)),
  'name-hex': (c, s) => c.write(ok(`x${Buffer.from(s).toString('hex')}: 1\r\n`)),
  'name-base64': (c, s) => c.write(ok(`${Buffer.from(s).toString('base64url')}: 1\r\n`)),
  header: (c, s) => c.write(ok(`x-leak: ${s}\r\nx-leak: ${base64(s)}\r\nserver: ${s}\r\nvia: ${s}\r\nset-cookie: a=${s}\r\n`)),
  'own-header': (c, s) => c.write(ok(`x-envoy-upstream-service-time: ${s}\r\nx-palana-decision: ${s}\r\nalt-svc: ${s}\r\n`)),
  'via-name': (c, s) => c.write(ok(`connection: x-${token(s)}\r\nx-${token(s)}: 1\r\n`)),
  location: (c, s) => c.write(`HTTP/1.1 302 Found\r\nlocation: https://h/?q=${encodeURIComponent(s)}#${s}\r\ncontent-length: 0\r\n\r\n`),
  'chunk-extension': (c, s) => c.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;x="${s}"\r\nok\r\n0;y=${token(s)}\r\n\r\n`),
  trailer: (c, s) => c.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-leak\r\n\r\n2\r\nok\r\n0\r\nx-leak: ${s}\r\n${token(s)}: 1\r\n\r\n`),
  'http-1.0': (c, s) => c.end(`HTTP/1.0 200 OK\r\nx-leak: ${s}\r\n\r\nold ${s} ${base64(s)}`),
  'http-0.9': (c, s) => c.end(`plain ${s}`),
  'no-length': (c, s) => c.end(`HTTP/1.1 200 OK\r\n\r\nuntil the end ${s}`),
  'reset-in-body': async (c, s) => {
    c.write(`HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\nstart ${s} ${s.slice(0, -2)}`);
    await sleep(150);
    c.destroy();
  },
  'end-in-secret': (c, s) => c.write(ok('', `x${s}`)),
  'short-length': (c, s) => c.end(`HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfour${s}`),
  'after-answer': (c, s) => c.write(`${ok()}HTTP/1.1 200 OK\r\nx-leak: ${s}\r\n\r\n${s}`),
  'no-content': (c, s) => c.write(`HTTP/1.1 204 No Content\r\nx-leak: ${s}\r\n\r\n`),
  'not-modified': (c, s) => c.write(`HTTP/1.1 304 Not Modified\r\netag: "${s}"\r\nx-leak: ${base64(s)}\r\n\r\n`),
  head: (c, s) => c.write(`HTTP/1.1 200 OK\r\ncontent-length: 100\r\nx-leak: ${s}\r\n\r\n`),
  'bad-header': (c, s) => c.write(`HTTP/1.1 200 OK\r\nbad header ${s}: 1\r\n\r\n`),
  'bad-value': (c, s) => c.write(`HTTP/1.1 200 OK\r\nx-bad: \u0001${s}\r\n\r\n`),
  'bad-status': (c, s) => c.write(`HTTP/1.1 abc ${s}\r\n\r\n`),
  'bad-chunk': (c, s) => c.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz${s}\r\n`),
  'two-lengths': (c, s) => c.write(`HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: ${s}\r\n\r\n${s}`),
  'huge-header': (c, s) => c.write(ok(`x-huge: ${`${s} `.repeat(2000)}\r\n`)),
  'bad-encoding': (c, s) => c.write(ok(`content-encoding: ${s}\r\n`)),
  large: async (c, s) => {
    const piece = `${'a'.repeat(1000)}${s}`.repeat(100);
    c.write(`HTTP/1.1 200 OK\r\ncontent-length: ${piece.length * 3}\r\n\r\n`);
    for (let i = 0; i < 3; i++) c.write(piece);
  },
  slow: async (c, s) => {
    c.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n');
    const text = `data: ${s}\n\n`.repeat(200);
    for (let i = 0; i < text.length && !c.destroyed; i += 16) {
      const piece = text.slice(i, i + 16);
      c.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
      await sleep(20);
    }
    c.end('0\r\n\r\n');
  },
};

const credential = (head) => (/^authorization: bearer (.*)$/im.exec(head)?.[1] ?? '').trim();

function serveFirst(c) {
  let seen = '';
  let last;
  c.on('error', () => {});
  c.on('data', (d) => {
    seen += d.toString('latin1');
    // Answers as soon as the head is there, whether or not a body follows.
    const at = seen.indexOf('\r\n\r\n');
    if (at < 0 || !/^[A-Z]+ \//.test(seen)) return;
    const head = seen.slice(0, at);
    seen = seen.slice(at + 4);
    last = credential(head);
    const name = head.split(' ')[1].split('/').pop();
    if (name === 'digest') c.write(ok(`x-digest: ${digest(last)}\r\n`));
    else first[name]?.(c, last);
  });
}

const frame = (bytes) => { const h = Buffer.alloc(5); h.writeUInt32BE(bytes.length, 1); return Buffer.concat([h, Buffer.from(bytes)]); };

// HTTP/2. `t`: the stream.
const second = {
  'early-103': (t, s) => { t.additionalHeaders({ ':status': 103, link: `<${s}>`, 'x-leak64': base64(s) }); t.respond({ ':status': 200 }); t.end('ok'); },
  'early-100': (t, s) => { t.additionalHeaders({ ':status': 100, 'x-leak': s }); t.respond({ ':status': 200 }); t.end('ok'); },
  'early-102': (t, s) => { t.additionalHeaders({ ':status': 102, 'x-leak': s }); t.respond({ ':status': 200 }); t.end('ok'); },
  'early-199': (t, s) => { t.additionalHeaders({ ':status': 199, 'x-leak': s }); t.respond({ ':status': 200 }); t.end('ok'); },
  name: (t, s) => { t.respond({ ':status': 200, [token(s).toLowerCase()]: '1' }); t.end('ok'); },
  trailer: (t, s) => {
    t.respond({ ':status': 200 }, { waitForTrailers: true });
    t.on('wantTrailers', () => t.sendTrailers({ 'x-leak': s, 'x-leak64': base64(s), [token(s).toLowerCase()]: '1' }));
    t.end(`body ${s}`);
  },
  'trailers-only': (t, s) => t.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '7', 'grpc-message': `no ${s}` }, { endStream: true }),
  goaway: (t, s) => { t.respond({ ':status': 200 }); t.write('part'); t.session.goaway(2, 0, Buffer.from(s)); setTimeout(() => t.end('ok'), 50); },
  altsvc: (t, s) => { t.session.altsvc(`h2="${token(s)}:443"`, t.id); t.respond({ ':status': 200, 'alt-svc': `h2="${s}:443"` }); t.end('ok'); },
  reset: (t, s) => { t.respond({ ':status': 200 }); t.write(`part ${s} ${s.slice(0, -2)}`); setTimeout(() => t.session.destroy(), 50); },
  unary: (t, s, request) => grpc(t, s, (d) => t.write(d)),
  bidi: (t, s, request) => grpc(t, s, (d) => t.write(d)),
};

// Says each message back, then ends with a status; trailers say the credential back too.
function grpc(t, s, message) {
  t.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  t.on('wantTrailers', () => t.sendTrailers({ 'grpc-status': '0', 'grpc-message': `done ${s}`, 'x-digest': digest(s) }));
  let seen = Buffer.alloc(0);
  t.on('data', (d) => {
    seen = Buffer.concat([seen, d]);
    while (seen.length >= 5 && seen.length >= 5 + seen.readUInt32BE(1)) {
      const n = 5 + seen.readUInt32BE(1);
      message(frame(`echo ${seen.subarray(5, n)}`));
      seen = seen.subarray(n);
    }
  });
  t.on('end', () => t.end());
}

export function corners(certificate, key) {
  const raw = tls.createServer({ cert: certificate, key, ALPNProtocols: ['http/1.1'] }, serveFirst);
  raw.on('tlsClientError', () => {});
  const streams = http2.createSecureServer({ cert: certificate, key });
  streams.on('sessionError', () => {});
  streams.on('stream', (t, headers) => {
    t.on('error', () => {});
    const s = (headers.authorization ?? '').replace(/^bearer /i, '');
    const name = headers[':path'].split('/').pop();
    if (second[name]) second[name](t, s, headers);
    else { t.respond({ ':status': 404 }); t.end(); }
  });
  return { raw, streams };
}
