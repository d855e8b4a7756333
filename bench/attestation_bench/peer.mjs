// The JavaScript verifier of @phala/dcap-qvl as a worker: lines `N` in, processor times of N verifications out, in us.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";

const [folder, quoteFile, collateralFile, seconds] = process.argv.slice(2);
const peer = createRequire(path.join(folder, "package.json"))("@phala/dcap-qvl");
const quote = fs.readFileSync(quoteFile);
const raw = JSON.parse(fs.readFileSync(collateralFile, "utf8"));
const hex = (text) => Buffer.from(text, "hex");
const collateral = peer.QuoteCollateralV3
    ? new peer.QuoteCollateralV3(raw.pck_crl_issuer_chain, hex(raw.root_ca_crl), hex(raw.pck_crl),
        raw.tcb_info_issuer_chain, raw.tcb_info, hex(raw.tcb_info_signature), raw.qe_identity_issuer_chain,
        raw.qe_identity, hex(raw.qe_identity_signature))
    : raw;
const verify = () => peer.verify(quote, collateral, Number(seconds));
const used = () => { const { user, system } = process.cpuUsage(); return user + system; };
for await (const line of readline.createInterface({ input: process.stdin })) {
    const times = [];
    await verify();
    for (let i = 0; i < Number(line); ++i) {
        const begin = used();
        await verify();
        times.push(used() - begin);
    }
    console.log(times.join(" "));
}
