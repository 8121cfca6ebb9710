// One request with Node's own fetch; prints the status and, when refused, the code.
const [target] = process.argv.slice(2);
const headers = target.includes("api.demo.test") ? { authorization: `Bearer ${process.env.DEMO_API_KEY}` } : {};
try {
    const answer = await fetch(target, { headers, signal: AbortSignal.timeout(20000) });
    const body = await answer.json();
    console.log([answer.status, body.error?.code].filter(Boolean).join(" "));
} catch (error) {
    console.log(`failed: ${error.cause?.message ?? error.message}`);
}
