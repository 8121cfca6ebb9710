// talks.mjs SOCKET: calls of many messages over HTTP/2, and prints what came back. The server says each message twice
// over, ends after "bye" and fails after "fail".
import http2 from "node:http2";
import net from "node:net";

const session = http2.connect("http://gateway", { createConnection: () => net.connect(process.argv[2]) });
const fail = (reason) => { console.log(JSON.stringify({ error: reason })); process.exit(0); };
session.on("error", (error) => fail(error.message));
session.on("close", () => fail("closed"));

function framed(text) {
    const body = Buffer.from(text);
    const head = Buffer.alloc(5);
    head.writeUInt32BE(body.length, 1);
    return Buffer.concat([head, body]);
}

/// The texts of the messages in these bytes.
function messages(bytes) {
    const texts = [];
    for (let at = 0; at + 5 <= bytes.length;) {
        const length = bytes.readUInt32BE(at + 1);
        texts.push(bytes.subarray(at + 5, at + 5 + length).toString());
        at += 5 + length;
    }
    return texts;
}

function begin(path = "/t.T/Talk") {
    const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" });
    const call = { stream, status: null, parts: [] };
    const note = (headers) => { call.status = headers["grpc-status"] ?? call.status; };
    stream.on("response", note);
    stream.on("trailers", note);
    stream.on("error", () => {});
    // The server may end its side of a call while ours is open.
    call.over = new Promise((resolve) => stream.on("end", resolve).on("close", resolve)).then(() => stream.close());
    call.read = () => stream.on("data", (part) => call.parts.push(part));
    call.texts = () => messages(Buffer.concat(call.parts));
    return call;
}

async function talk(pieces, { ends = true } = {}) {
    const call = begin();
    call.read();
    for (const piece of pieces) {
        call.stream.write(piece);
        await new Promise(setImmediate);
    }
    if (ends) call.stream.end();
    await call.over;
    return { status: call.status, texts: call.texts() };
}

/// Sends without end and reads nothing for a while; then takes all that came.
async function deaf() {
    const call = begin();
    const piece = framed("z".repeat(60_000));
    let sent = 0;
    let isOpen = true;
    const send = () => {
        while (isOpen && sent < 500) {
            sent += 1;
            if (!call.stream.write(piece)) { call.stream.once("drain", send); return; }
        }
        if (sent >= 500) call.stream.end();
    };
    send();
    let before = -1;
    while (before !== sent) {
        before = sent;
        await new Promise((resolve) => setTimeout(resolve, 300));
    }
    const held = sent;
    call.read();
    await call.over;
    return { held, status: call.status, count: call.texts().filter((text) => text.length === 60_000).length };
}

const whole = Buffer.concat(["one", "two"].map(framed));
const answers = {
    three: await talk(["one", "two", "three"].map(framed)),
    bytewise: await talk([...whole].map((byte) => Buffer.from([byte]))),
    together: await talk([whole]),
    last: await talk(["one", "bye", "two"].map(framed), { ends: false }),
    failing: await talk(["one", "fail", "two"].map(framed), { ends: false }),
    torn: await talk([framed("one"), framed("two").subarray(0, 6)]),
    large: await talk([framed("x".repeat(70_000))]),
    none: await talk([]),
    deaf: await deaf(),
};
const others = await Promise.all(Array.from({ length: 100 }, (_, number) => talk([framed(`n${number}`)])));
answers.many = others.filter((answer, number) => answer.status === "0" && answer.texts.join() === `n${number},n${number}`).length;
console.log(JSON.stringify(answers));
process.exit(0);
