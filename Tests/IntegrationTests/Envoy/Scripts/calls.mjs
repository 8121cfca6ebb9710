// calls.mjs SOCKET RESETS: makes calls that are given up at once, then some that are not, and prints what came back.
// Every call is a gRPC message over HTTP/2 of the bytes "hello"; one is to a method that isn't there, one is too large.
import http2 from "node:http2";
import net from "node:net";

const [socket, resets] = [process.argv[2], Number(process.argv[3])];
const session = http2.connect("http://gateway", { createConnection: () => net.connect(socket) });
const fail = (reason) => { console.log(JSON.stringify({ error: reason })); process.exit(0); };
session.on("error", (error) => fail(error.message));
session.on("close", () => fail("closed"));

function framed(text) {
    const body = Buffer.from(text);
    const head = Buffer.alloc(5);
    head.writeUInt32BE(body.length, 1);
    return Buffer.concat([head, body]);
}

function call(path, bytes, type = "application/grpc") {
    return new Promise((resolve) => {
        const stream = session.request({ ":method": "POST", ":path": path, "content-type": type, "x-name": "me", te: "trailers" });
        let body = Buffer.alloc(0);
        let status = null;
        const note = (headers) => { status = headers["grpc-status"] ?? status; };
        stream.on("response", note);
        stream.on("trailers", note);
        stream.on("data", (part) => { body = Buffer.concat([body, part]); });
        stream.on("error", () => {});
        stream.on("close", () => resolve({ status, text: body.subarray(5).toString() }));
        stream.end(bytes);
    });
}

function giveUp() {
    return new Promise((resolve) => {
        const stream = session.request({ ":method": "POST", ":path": "/t.T/Slow", "content-type": "application/grpc" });
        stream.on("error", () => {});
        stream.on("close", resolve);
        stream.write(framed("hello"));
        setImmediate(() => stream.close(http2.constants.NGHTTP2_CANCEL));
    });
}

for (let number = 0; number < resets; number++) await giveUp();
const answers = {
    good: await call("/t.T/Echo", framed("hello")),
    many: (await Promise.all(Array.from({ length: 300 }, (_, number) => call("/t.T/Echo", framed(`n${number}`)))))
        .filter((answer, number) => answer.status === "0" && answer.text === `me:n${number}`).length,
    missing: await call("/t.T/None", framed("hello")),
    failing: await call("/t.T/Fail", framed("hello")),
    cut: await call("/t.T/Echo", framed("hello").subarray(0, 7)),
    large: await call("/t.T/Echo", framed("x".repeat(70_000))),
    // More than the connection's first window in all.
    volume: (await Promise.all(Array.from({ length: 200 }, () => call("/t.T/Echo", framed("y".repeat(60_000))))))
        .filter((answer) => answer.status === "0" && answer.text.length === 60_003).length,
    html: await call("/t.T/Echo", framed("hello"), "text/html"),
};
console.log(JSON.stringify(answers));
process.exit(0);
